/** Whether two CIDRs share an address. */
export function overlaps(a: string, b: string): boolean {
  const [first, second] = [range(a), range(b)];
  return first.from <= second.to && second.from <= first.to;
}

function range(cidr: string): { readonly from: number; readonly to: number } {
  const [address = '', length = '32'] = cidr.split('/');
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const from = Math.floor(value / size) * size;
  return { from, to: from + size - 1 };
}
