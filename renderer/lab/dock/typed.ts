/**
 * Whether bytes of a terminal were typed or pasted, as opposed to its own answers to a program: device attributes, cursor position and
 * status reports (ECMA-48 DA, CPR, DSR), focus reports, mouse reports, replies to OSC and DCS queries. Only what was typed goes to all
 * nodes when the user types into all of them.
 * @see https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
 */
export function isTyped(data: string): boolean {
  return !/^\x1b(\[[?>=]?[\d;]*[cRny]|\[\?[\d;]*\$y|\[[IO]$|\[<[\d;]*[Mm]|\[M|P|\])/.test(data);
}

/** Whether a link may be opened at all. */
export function isWebLink(uri: string): boolean {
  return URL.canParse(uri) && ['http:', 'https:'].includes(new URL(uri).protocol);
}

/** Whether a WebGL renderer, by its own name, draws on a GPU; software renderers are slower than the DOM. */
export function isGpu(renderer: string): boolean {
  return renderer !== '' && !/swiftshader|llvmpipe|softpipe|software|basic render|virgl/i.test(renderer);
}
