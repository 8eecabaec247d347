/** A sentence cut at its backticks: `Start \`docker\`` is a plain piece and a piece of code. An odd backtick stays text. */
export function pieces(text: string): readonly { readonly text: string; readonly code: boolean }[] {
  const parts = text.split('`');
  if (parts.length % 2 === 0) return [{ text, code: false }];
  return parts.map((part, index) => ({ text: part, code: index % 2 === 1 })).filter((part) => part.text !== '');
}
