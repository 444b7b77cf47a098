export function sourceHash(packageFolder: string): string;
