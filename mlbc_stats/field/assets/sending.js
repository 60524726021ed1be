// Talks with the server: every page is kept in the browser until the server says that it is on its disk.
"use strict";

const LONGEST_WAIT = 20000;
const AGAIN = new Set([408, 429, 500, 502, 503, 504]);

class Refused extends Error {
  constructor(status, reason) {
    super(reason);
    this.status = status;
    this.reason = reason;
  }
}

// One call of the server. Throws Refused when it says no, TypeError when there is no connection.
async function call(path, token, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
    cache: "no-store",
    credentials: "omit",
  });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, told.refused || "broken");
}

// Whether a failure passes by itself: no connection, or a server that has too much to do.
const passes = (error) => !(error instanceof Refused) || AGAIN.has(error.status);
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// What is kept in the browser under a name; where a browser keeps nothing, it lasts as long as the page.
class Kept {
  constructor(name) {
    this.name = name;
    this.memory = {};
  }

  read(part, otherwise) {
    try {
      const text = localStorage.getItem(`${this.name}:${part}`);
      return text === null ? otherwise : JSON.parse(text);
    } catch {
      return part in this.memory ? this.memory[part] : otherwise;
    }
  }

  write(part, value) {
    this.memory[part] = value;
    try {
      localStorage.setItem(`${this.name}:${part}`, JSON.stringify(value));
    } catch {
      // private windows and full disks: the memory has it
    }
  }

  forget() {
    this.memory = {};
    for (const part of ["queue", "draft"]) {
      try {
        localStorage.removeItem(`${this.name}:${part}`);
      } catch {
        return;
      }
    }
  }
}

// Pages on their way, first come first sent, each until it is acknowledged. One at a time, so none overtakes another.
class Queue {
  constructor(token, kept, tell) {
    this.token = token;
    this.kept = kept;
    this.tell = tell;
    this.waiting = kept.read("queue", []);
    this.busy = null;
    this.wake = () => {};
    addEventListener("online", () => this.wake());
  }

  add(page) {
    this.waiting.push({ ...page, send: identifier() });
    this.kept.write("queue", this.waiting);
    return this.send();
  }

  // Ends when everything is acknowledged, or throws Refused.
  send() {
    this.busy = this.busy || this.work().finally(() => (this.busy = null));
    return this.busy;
  }

  async work() {
    let wait = 500;
    while (this.waiting.length) {
      try {
        this.tell("saving");
        await call("api/pages", this.token, this.waiting[0]);
        this.waiting.shift();
        this.kept.write("queue", this.waiting);
        wait = 500;
      } catch (error) {
        if (!passes(error)) throw error;
        this.tell("lost");
        await Promise.race([pause(wait), new Promise((woken) => (this.wake = woken))]);
        wait = Math.min(wait * 2, LONGEST_WAIT);
      }
    }
    this.tell("saved");
  }
}

// A random name of a page on its way; crypto.randomUUID is missing where there is no HTTPS.
function identifier() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join("-");
}
