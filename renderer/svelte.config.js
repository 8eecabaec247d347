/** Read by svelte-check and the editor; vite.config.ts passes the same options to the plugin. */
export default { compilerOptions: { runes: true } };
