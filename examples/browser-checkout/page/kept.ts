/** What a tab keeps over a reload, under the path of its page: never a card. Where storage is switched off, the page itself keeps it. */

/** Values by name. */
export interface Store {
  get<T>(name: string): T | undefined;
  set(name: string, value: unknown): void;
  remove(name: string): void;
}

/** The store of this page in this tab. */
export function tabStore(path = location.pathname): Store {
  const memory = new Map<string, string>();
  const key = (name: string) => `okpay ${path} ${name}`;
  return {
    get<T>(name: string): T | undefined {
      const text = memory.get(name) ?? quietly(() => sessionStorage.getItem(key(name)));
      return text ? (JSON.parse(text) as T) : undefined;
    },
    set(name, value) {
      memory.set(name, JSON.stringify(value));
      quietly(() => sessionStorage.setItem(key(name), JSON.stringify(value)));
    },
    remove(name) {
      memory.delete(name);
      quietly(() => sessionStorage.removeItem(key(name)));
    },
  };
}

/** A browser that keeps nothing throws at the first touch. */
function quietly<T>(touch: () => T): T | undefined {
  try {
    return touch();
  } catch {
    return undefined;
  }
}
