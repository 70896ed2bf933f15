/** Asks our part of the Jupyter server, below base_url/explorer/api/, in the user's own session. */

import { ServerConnection } from "@jupyterlab/services";

/** What the server says when it refuses: a sentence, and where in a definition the trouble is. */
export class Refused extends Error {
  constructor(
    message: string,
    /** HTTP's; 0 where nobody answered. */
    readonly status: number,
    /** JSON pointer into the definition. */
    readonly path?: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
    this.name = "Refused";
  }
}

interface Words {
  message?: string;
  path?: string;
  line?: number;
  column?: number;
}

export class Server {
  constructor(readonly settings: ServerConnection.ISettings) {}

  get<T>(path: string): Promise<T> {
    return this.#send<T>(path, { method: "GET" });
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.#send<T>(path, { method: "POST", body: JSON.stringify(body) });
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#send<T>(path, { method: "PUT", body: JSON.stringify(body) });
  }

  /** The address of something below base_url/explorer/. */
  address(path: string): string {
    return `${this.settings.baseUrl.replace(/\/$/, "")}/explorer/${path}`;
  }

  /** The address of the events websocket; the session's cookie opens it, no token is put into it. */
  get events(): string {
    return `${this.settings.wsUrl.replace(/\/$/, "")}/explorer/api/events`;
  }

  async #send<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(this.address(`api/${path}`), init, this.settings);
    } catch (error) {
      throw new Refused(error instanceof Error ? error.message : String(error), 0);
    }
    const text = await response.text();
    const answer = parsed(text);
    if (response.ok && answer !== undefined) return answer as T;
    const words = (answer ?? {}) as Words;
    throw new Refused(
      words.message ?? `${response.status} ${response.statusText}`,
      response.status,
      words.path,
      words.line,
      words.column,
    );
  }
}

/** What the server said, or undefined where that is no JSON: another server's error page. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
