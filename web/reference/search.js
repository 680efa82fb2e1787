// Narrows the page to what is searched for, and copies commands. The page is
// whole without it.
const field = document.getElementById('search');
const found = document.getElementById('found');
const operations = [...document.querySelectorAll('[data-part]')].map((part) => ({
  part,
  link: document.querySelector(`nav a[href="#${CSS.escape(part.id)}"]`)?.closest('li'),
  text: part.textContent.toLowerCase(),
}));
const groups = [...document.querySelectorAll('[data-group]')];

function narrow() {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let hits = 0;
  for (const { part, link, text } of operations) {
    const fits = words.every((word) => text.includes(word));
    part.hidden = !fits;
    if (link) link.hidden = !fits;
    if (fits) hits++;
  }
  for (const group of groups) {
    const parts = group.querySelectorAll(group.closest('nav') ? 'li' : '[data-part]');
    group.hidden = ![...parts].some((x) => !x.hidden);
  }
  found.textContent = words.length === 0 ? '' : hits === 0 ? '没有匹配 / nothing matches' : `${hits} 处匹配 / ${hits} found`;
}

field.closest('form').hidden = false;
field.addEventListener('input', narrow);
document.addEventListener('keydown', (event) => {
  if (event.key === '/' && !event.ctrlKey && !event.metaKey && document.activeElement !== field) {
    event.preventDefault();
    field.focus();
  } else if (event.key === 'Escape' && document.activeElement === field) {
    field.value = '';
    narrow();
  }
});
// A link to a part that the search hides shows it again.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  const part = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
  if (part?.closest('[hidden]')) {
    field.value = '';
    narrow();
  }
});
if (navigator.clipboard) {
  for (const box of document.querySelectorAll('[data-copy]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = '复制 / Copy';
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(box.querySelector('code').textContent);
      button.textContent = '已复制 / Copied';
      setTimeout(() => { button.textContent = '复制 / Copy'; }, 2000);
    });
    box.append(button);
  }
}
