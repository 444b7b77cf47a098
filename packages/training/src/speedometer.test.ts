import { expect, test } from 'vitest';
import { Speedometer } from './speedometer.js';

test('tells speed and the part of the time spent waiting, since the last lap and since the beginning', () => {
  const speed = new Speedometer(100);
  expect([speed.session, speed.sessionWaiting, speed.current]).toEqual([0, 0, 0]);
  speed.add(10, 2, 0.5);
  speed.add(10, 2, 0.3);
  expect(speed.lap()).toEqual({ imagesPerSecond: 5, waiting: 0.2 });
  speed.add(20, 4, 0);
  expect(speed.lap()).toEqual({ imagesPerSecond: 5, waiting: 0 });
  expect([speed.session, speed.sessionWaiting, speed.seconds]).toEqual([5, 0.1, 108]);
});
