// Report what was typed once it is settled: not while an input method is still composing.

/** Call `handle` after each input of `element`, held back while letters of pinyin are not yet characters. */
export function onSettledInput(element, handle) {
  let composing = false;
  element.addEventListener("compositionstart", () => { composing = true; });
  element.addEventListener("compositionend", () => { composing = false; handle(); });
  element.addEventListener("input", (event) => {
    if (!composing && !event.isComposing) handle();
  });
}

/** Return a function that calls `act` once nothing has asked for `milliseconds`. */
export function afterPause(act, milliseconds) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };
}
