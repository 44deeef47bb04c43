// The conversations that are kept in this browser, and nowhere else. Where the browser keeps nothing
// (a private window, storage switched off), they last as long as the page.
const NAME = "quid";
const TABLE = "conversations";
const memory = new Map();
let opening = null;

function database() {
  opening ??= new Promise((resolve) => {
    try {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = request.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  return opening;
}

async function within(mode, work, otherwise) {
  const open = await database();
  if (!open) return otherwise();
  return new Promise((resolve, reject) => {
    const transaction = open.transaction(TABLE, mode);
    const request = work(transaction.objectStore(TABLE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}

// A conversation is {id, title, created, changed, turns}; times are ISO 8601.
export const put = (one) => within("readwrite", (table) => table.put(one), () => memory.set(one.id, structuredClone(one)));
export const get = (id) => within("readonly", (table) => table.get(id), () => structuredClone(memory.get(id)));
export const remove = (id) => within("readwrite", (table) => table.delete(id), () => memory.delete(id));

// All of them, the latest first.
export async function all() {
  const found = await within("readonly", (table) => table.getAll(), () => [...memory.values()]);
  return found.sort((one, other) => other.changed.localeCompare(one.changed));
}
