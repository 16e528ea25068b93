import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/react';
import { afterEach, beforeEach, expect, vi } from 'vitest';

// No test measures time: what is waited for comes, on a busy machine later.
configure({ asyncUtilTimeout: 4000 });

// jsdom lays nothing out, so it scrolls nothing.
window.scrollTo = () => undefined;
Element.prototype.scrollIntoView = () => undefined;
Element.prototype.scrollTo = () => undefined;

// What the console says in a test is a fault, as it is in the stories.
let said: unknown[][] = [];
beforeEach(() => {
  said = [];
  for (const level of ['error', 'warn'] as const)
    vi.spyOn(console, level).mockImplementation((...words) => void said.push(words));
});
afterEach(() => {
  vi.restoreAllMocks();
  expect(said).toEqual([]);
});

// Nor does it know how wide the screen is.
window.matchMedia = (media) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => undefined,
    removeListener: () => undefined,
  });
