/** Follows a JSON object that comes in pieces. */
export interface ObjectScan {
  push(json: string): void;
  /** Nothing but space has come. */
  readonly isEmpty: boolean;
  /** Its last brace has come. */
  readonly isComplete: boolean;
  /** Levels of its deepest value. */
  readonly depth: number;
}

export function createObjectScan(): ObjectScan {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  let isEscaped = false;
  let isEmpty = true;
  let isComplete = false;

  function step(character: string): void {
    if (isEscaped) isEscaped = false;
    else if (isInString) {
      if (character === '\\') isEscaped = true;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '{' || character === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') {
      depth -= 1;
      isComplete = depth === 0 && character === '}';
    }
  }

  return {
    push(json) {
      if (json.trim() === '') return;
      isEmpty = false;
      for (const character of json) step(character);
    },
    get isEmpty() {
      return isEmpty;
    },
    get depth() {
      return deepest;
    },
    get isComplete() {
      return isComplete;
    },
  };
}
