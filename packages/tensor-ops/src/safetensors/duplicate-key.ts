/**
 * The first key that occurs twice in one object of a JSON text, or nothing. `JSON.parse` keeps the last of two without
 * a word, so two readers of one file could see two different tensors. The text must be valid JSON.
 */
export function duplicateKey(json: string): string | undefined {
  // One set of keys for each open object, nothing for an open array.
  const open: (Set<string> | undefined)[] = [];
  let atKey = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (character === '{') {
      open.push(new Set());
      atKey = true;
    } else if (character === '[') {
      open.push(undefined);
      atKey = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      atKey = false;
    } else if (character === ',') {
      atKey = open.at(-1) !== undefined;
    } else if (character === '"') {
      const end = endOfString(json, index);
      const keys = open.at(-1);
      if (atKey && keys !== undefined) {
        const key = String(JSON.parse(json.slice(index, end + 1)));
        if (keys.has(key)) return key;
        keys.add(key);
        atKey = false;
      }
      index = end;
    }
  }
  return undefined;
}

/** Index of the quote that ends the string whose opening quote is at `start`. */
function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (index < json.length && json[index] !== '"') index += json[index] === '\\' ? 2 : 1;
  return index;
}
