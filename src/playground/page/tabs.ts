/**
 * Makes tabs of buttons with the role `tab`, each of which names its panel; arrow keys go from one to the next. Returns what
 * shows a panel; `onShow` is called with the id of each panel that is shown.
 */
export function makeTabs(list: HTMLElement, onShow: (panel: string) => void): (panel: string) => void {
  const tabs = [...list.querySelectorAll<HTMLButtonElement>('[role=tab]')];
  const show = (panel: string) => {
    for (const tab of tabs) {
      const isChosen = panelOf(tab) === panel;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(panelOf(tab))?.toggleAttribute('hidden', !isChosen);
    }
    onShow(panel);
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => show(panelOf(tab)));
    tab.addEventListener('keydown', event => {
      const step = steps[event.key];
      const next = step === undefined ? undefined : tabs[(index + step + tabs.length) % tabs.length];
      if (next === undefined) return;
      event.preventDefault();
      next.focus();
      show(panelOf(next));
    });
  }
  return show;
}

const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

function panelOf(tab: HTMLButtonElement): string {
  return tab.getAttribute('aria-controls') ?? '';
}
