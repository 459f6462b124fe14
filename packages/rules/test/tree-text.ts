// A syntax tree as text to compare: without positions, bigints and signed zeros kept apart.

export function treeText(tree: unknown): string {
  return JSON.stringify(tree, (key, value: unknown) => {
    if (key === 'at') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
      ? `number ${1 / value}`
      : value;
  });
}
