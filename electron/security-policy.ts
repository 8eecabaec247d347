/**
 * The policy of every page we serve, through either door. xterm and Svelte Flow need inline style; nothing needs inline script.
 * Source: facts on security settings, after OWASP's CSP cheat sheet.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
