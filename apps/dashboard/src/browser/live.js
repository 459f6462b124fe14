// Keeps the marked parts of a page as they are now: the server says that something changed, and the page is asked for again.
'use strict';
{
  const state = document.getElementById('live-state');
  const parts = [...document.querySelectorAll('[data-live]')];
  const here = location.pathname + location.search;
  let isAsking = false;
  let isAskedAgain = false;

  const say = (text) => {
    if (state !== null && state.textContent !== text) state.textContent = text;
  };

  // What a person has open or stands on stays so.
  const replace = (old, fresh) => {
    if (old.innerHTML === fresh.innerHTML) return;
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const name = focused?.id ?? '';
    const link = focused?.getAttribute('href') ?? null;
    const open = new Set([...old.querySelectorAll('details[open]')].map(({ id }) => id));
    const scrolled = [...old.querySelectorAll('.scroll')].map(({ scrollLeft }) => scrollLeft);
    old.replaceChildren(...fresh.childNodes);
    for (const details of old.querySelectorAll('details')) if (open.has(details.id)) details.open = true;
    for (const [index, box] of [...old.querySelectorAll('.scroll')].entries()) box.scrollLeft = scrolled[index] ?? 0;
    if (focused === null) return;
    const again =
      name === ''
        ? [...old.querySelectorAll('a')].find((each) => each.getAttribute('href') === link)
        : document.getElementById(name);
    (again ?? document.getElementById('main'))?.focus({ preventScroll: true });
  };

  const refresh = async () => {
    if (isAsking) {
      isAskedAgain = true;
      return;
    }
    isAsking = true;
    try {
      const answer = await fetch(here, { headers: { accept: 'text/html' } });
      if (answer.status === 401) location.reload();
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      for (const part of document.querySelectorAll('[data-live]')) {
        const fresh = page.getElementById(part.id);
        if (fresh !== null) replace(part, fresh);
      }
    } catch {
      // The stream tells that the server is gone.
    } finally {
      isAsking = false;
      if (isAskedAgain) {
        isAskedAgain = false;
        void refresh();
      }
    }
  };

  if (parts.length > 0) {
    const stream = new EventSource(`/live?at=${encodeURIComponent(here)}`);
    stream.addEventListener('open', () => say('live'));
    stream.addEventListener('error', () => say('not live: the dashboard does not answer'));
    stream.addEventListener('changed', () => void refresh());
    addEventListener('pagehide', () => stream.close());
  }
}
