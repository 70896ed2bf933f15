/** Lets only the answer to the newest question through: what an older one says is no longer wanted. */

export class Newest {
  #n = 0;

  /** The answer, or undefined where another question was asked meanwhile; an error of an old question is dropped too. */
  async of<T>(question: () => Promise<T>): Promise<T | undefined> {
    this.#n += 1;
    const mine = this.#n;
    try {
      const answer = await question();
      return mine === this.#n ? answer : undefined;
    } catch (error) {
      if (mine === this.#n) throw error;
      return undefined;
    }
  }

  /** What is under way is no longer wanted. */
  forget(): void {
    this.#n += 1;
  }
}
