/** What `--data` is where it was not given: a run on images of any size then finds its own. */
export const USUAL_DATA = 'data';
