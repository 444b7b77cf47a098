/** Seconds and images of training, for display: nothing that is computed depends on it. */
export class Speedometer {
  /** Of the whole run, earlier sessions included. */
  seconds: number;
  #sessionSeconds = 0;
  #sessionImages = 0;
  #lapSeconds = 0;
  #lapImages = 0;
  #sessionWaiting = 0;
  #lapWaiting = 0;
  #secondsPerImage: number | undefined;

  constructor(secondsBefore: number) {
    this.seconds = secondsBefore;
  }

  /** @param waiting of the seconds: until the batch was there */
  add(images: number, seconds: number, waiting = 0): void {
    this.seconds += seconds;
    this.#sessionWaiting += waiting;
    this.#lapWaiting += waiting;
    this.#sessionSeconds += seconds;
    this.#sessionImages += images;
    this.#lapSeconds += seconds;
    this.#lapImages += images;
    const latest = seconds / images;
    this.#secondsPerImage = this.#secondsPerImage === undefined ? latest : 0.9 * this.#secondsPerImage + 0.1 * latest;
  }

  /** Over about the last ten steps. */
  get current(): number {
    return rate(1, this.#secondsPerImage ?? 0);
  }

  /** Since this session began. */
  get session(): number {
    return rate(this.#sessionImages, this.#sessionSeconds);
  }

  /** The part of this session's time in which training waited for batches, 0–1. */
  get sessionWaiting(): number {
    return rate(this.#sessionWaiting, this.#sessionSeconds);
  }

  /** Images a second, and the part of the time spent waiting for batches, since the last call of `lap`. */
  lap(): { readonly imagesPerSecond: number; readonly waiting: number } {
    const lap = {
      imagesPerSecond: rate(this.#lapImages, this.#lapSeconds),
      waiting: rate(this.#lapWaiting, this.#lapSeconds),
    };
    this.#lapImages = 0;
    this.#lapSeconds = 0;
    this.#lapWaiting = 0;
    return lap;
  }
}

function rate(amount: number, seconds: number): number {
  return seconds > 0 ? amount / seconds : 0;
}
