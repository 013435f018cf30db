// The page of the made-up Webex. It keeps what /_simulator/live sends, draws it, and writes with
// /_simulator/ as a person with curl would. Every text becomes a text node, never HTML.

const $ = (id) => document.getElementById(id);

// el makes an element; functions become listeners, and children that are strings text.
function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (key === 'value') node.value = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat().filter((c) => c !== undefined && c !== null && c !== false));
  return node;
}

const button = (title, click, attributes = {}) => el('button', { type: 'button', class: 'tool', click, ...attributes }, title);
const low = (word, otherwise = '') => String(word ?? otherwise).toLowerCase();

// send writes to the simulator. A refusal is shown and ends what called it.
async function send(what, body, method = 'POST') {
  const answer = await fetch('/_simulator/' + what, { method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  if (answer.ok) return answer.json();
  notice(await answer.text());
  throw new Error('refused');
}

function notice(text) {
  $('notice').textContent = text;
  $('notice').hidden = false;
  setTimeout(() => { $('notice').hidden = true; }, 6000);
}

// ---- What there is ----

const state = { run: '', world: undefined, messages: new Map(), exchanges: [], me: '', space: '', root: '', unread: new Set(), tab: 'Requests' };
const person = (id) => state.world.people.find((p) => p.id === id);
const me = () => state.world.people.find((p) => p.emails[0] === state.me);
const space = () => state.world.spaces.find((s) => s.id === state.space);
const mySpaces = () => state.world.spaces.filter((s) => s.members.includes(me().id));
const others = (s) => s.members.map(person).filter((p) => p.id !== me().id);
const titleOf = (s) => s.title || others(s)[0].displayName;
const isBot = (p) => p?.type === 'bot';

function connect(wait = 200) {
  const live = new WebSocket(`ws://${location.host}/_simulator/live`);
  live.onmessage = (event) => { wait = 200; take(JSON.parse(event.data)); };
  live.onclose = () => {
    showState('Webex is gone. Trying again…', true);
    setTimeout(connect, wait, Math.min(wait * 2, 3000));
  };
}

// take adds what is new, and draws what looks different.
function take(news) {
  if (news.run !== state.run) Object.assign(state, { run: news.run, messages: new Map(), exchanges: [], space: '', root: '' });
  const fresh = [];
  for (const m of news.messages ?? []) {
    const known = state.messages.get(m.id);
    if (known && known.updated === m.updated) continue;
    state.messages.set(m.id, m);
    fresh.push(m);
  }
  for (const m of (news.removed ?? []).map((id) => state.messages.get(id))) {
    if (m && !m.deleted) fresh.push(Object.assign(m, { deleted: true }));
  }
  const last = state.exchanges.at(-1)?.number ?? 0;
  const exchanges = (news.exchanges ?? []).filter((e) => e.number > last);
  state.exchanges = [...state.exchanges, ...exchanges].slice(-500);
  const before = state.space;
  if (news.world) {
    state.world = news.world;
    drawWorld();
  }
  fresh.filter((m) => state.space === before || m.roomId !== state.space).forEach(drawFresh); // another space was drawn whole
  if (fresh.length) drawSpaces();
  if (exchanges.length && state.tab === 'Requests') addExchanges(exchanges);
}

const showState = (text, bad) => Object.assign($('state'), { textContent: text, className: bad ? 'pill bad' : 'pill' });

function drawWorld() {
  const { world } = state;
  const hears = world.devices.some((d) => d.sockets) ? 'websocket' : world.webhooks.some((h) => h.status === 'active') && 'webhooks';
  showState(hears ? `Bot connected by ${hears}` : 'Bot not connected', !hears);
  $('clock').textContent = world.ahead ? `Clock: +${Math.floor(world.ahead / 24)} d ${world.ahead % 24} h` : 'Clock';
  if (!me()) state.me = world.people.find((p) => p.emails[0] === localStorage.me)?.emails[0] ?? 'alice@example.com';
  const roles = world.people.filter((p) => p.role);
  $('person').replaceChildren(...roles.map((p) => el('option', { value: p.emails[0] }, p.displayName)));
  $('person').value = state.me;
  $('role').textContent = me().role;
  if (!space() || !space().members.includes(me().id)) chooseSpace(mySpaces().find((s) => s.type === 'direct')?.id ?? mySpaces()[0]?.id ?? '');
  drawSpaces();
  drawHead();
  if (state.tab !== 'Requests') drawPanel();
}

// ---- People and spaces ----

function avatar(p, kind = '') {
  const name = p?.displayName ?? p?.title ?? '?';
  const letters = name.split(/\s+/).map((w) => w[0]).slice(0, 2).join('').toUpperCase();
  const color = [...name].reduce((sum, c) => sum + c.codePointAt(0), 0) % 6;
  return el('span', { class: `avatar ${isBot(p) ? 'bot' : 'a' + color} ${kind}`, 'aria-hidden': 'true' }, letters);
}

function drawSpaces() {
  if (!state.world) return;
  const one = (s) => {
    const title = titleOf(s);
    const other = s.type === 'direct' && others(s)[0];
    return el('li', {}, el('button', {
      type: 'button', 'aria-current': s.id === state.space && 'true',
      click: () => { chooseSpace(s.id); document.body.classList.add('talk'); drawSpaces(); $('text').focus(); },
    }, avatar(other || { title }, other ? '' : 'space'), el('span', {}, title), state.unread.has(s.id) && el('span', { class: 'dot', role: 'img', 'aria-label': 'New messages' })));
  };
  const held = [...$('spaces').children].findIndex((li) => li.contains(document.activeElement));
  $('spaces').replaceChildren(...mySpaces().map(one));
  $('spaces').children[held]?.firstChild.focus(); // the focus stays where it is
}

function drawHead() {
  const s = space();
  $('title').textContent = s ? titleOf(s) : 'No space yet';
  const names = s?.members.map((id) => person(id).displayName) ?? [];
  $('members').textContent = s?.type === 'group' ? names.join(', ') : s ? 'Direct message' : 'Create a space, or write to the bot';
  $('text').placeholder = s ? `Write to ${titleOf(s)}` : '';
  if (($('people').hidden = s?.type !== 'group')) return;
  $('member-list').replaceChildren(...state.world.people.filter((p) => p.role || isBot(p)).map((p) => {
    const inside = s.members.includes(p.id), name = p.displayName;
    const change = () => send('members', { space: s.id, person: p.emails[0], by: state.me, remove: inside });
    return el('li', {}, avatar(p), el('span', { class: 'grow' }, name), button(inside ? 'Remove' : 'Add', change, { 'aria-label': `${inside ? 'Remove' : 'Add'} ${name}` }));
  }));
}

function choosePerson(email) {
  state.me = localStorage.me = email;
  state.space = '';
  drawWorld();
  if (!mySpaces().some((s) => s.type === 'direct')) send('spaces', { with: [email] });
}

function chooseSpace(id) {
  state.space = id;
  state.unread.delete(id);
  $('people').open = false;
  replyTo('');
  drawConversation();
  drawHead();
}

// ---- The conversation ----

const page = 20; // threads that are drawn at once; earlier ones follow when they come into view
const drawn = new Map(); // message id to its element
let firstRoot = 0;
const earlier = new IntersectionObserver((seen) => { if (seen.some((e) => e.isIntersecting)) drawEarlier(); }, { root: $('messages'), rootMargin: '600px' });

const inSpace = () => [...state.messages.values()].filter((m) => m.roomId === state.space);
const isRoot = (m) => !m.parentId || !state.messages.has(m.parentId);

function drawConversation() {
  drawn.clear();
  const roots = inSpace().filter(isRoot);
  firstRoot = roots.length;
  $('messages').replaceChildren();
  if (!roots.length) $('messages').append(el('p', { class: 'empty' }, space()?.type === 'group' ? 'Nobody has written here yet. Mention @TrackBot to ask it.' : 'Ask about a tracking code, for example: tracking code 1 on example.webex.com'));
  drawEarlier();
  $('messages').scrollTop = $('messages').scrollHeight;
}

// drawEarlier puts one page of earlier threads above what is drawn.
function drawEarlier() {
  earlier.disconnect();
  const box = $('messages'), all = inSpace(), roots = all.filter(isRoot);
  const from = Math.max(0, firstRoot - page), below = box.scrollHeight - box.scrollTop;
  const replies = Map.groupBy(all.filter((m) => !isRoot(m)), (m) => m.parentId);
  box.prepend(...roots.slice(from, firstRoot).map(messageNode));
  roots.slice(from, firstRoot).forEach((m) => drawn.get(m.id).querySelector('.thread').append(...(replies.get(m.id) ?? []).map(messageNode)));
  firstRoot = from;
  box.scrollTop = box.scrollHeight - below;
  if (from > 0) earlier.observe(box.firstElementChild);
}

// drawFresh shows a message that came, was edited or deleted.
function drawFresh(m) {
  if (m.roomId !== state.space) return state.unread.add(m.roomId);
  const old = drawn.get(m.id), box = $('messages');
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  const node = messageNode(m);
  if (old) {
    node.querySelector('.thread')?.append(...(old.querySelector('.thread')?.childNodes ?? []));
    return old.replaceWith(node);
  }
  const root = drawn.get(m.parentId);
  if (!isRoot(m) && !root) return; // its thread is not drawn yet
  box.querySelector('.empty')?.remove();
  (root?.querySelector('.thread') ?? box).append(node);
  node.classList.add('new');
  if (atEnd || m.personId === me().id || state.messages.get(m.parentId)?.personId === me().id) node.scrollIntoView({ block: 'nearest' });
}

function messageNode(m) {
  const author = person(m.personId), root = isRoot(m), time = new Date(m.created);
  const node = el('article', { class: 'message', 'data-id': m.id, 'aria-label': `${author?.displayName ?? 'Somebody'}, ${time.toLocaleTimeString()}` },
    avatar(author),
    el('div', { class: 'by' }, el('b', {}, author?.displayName ?? m.personEmail), isBot(author) && el('span', {}, 'Bot'),
      el('time', { datetime: m.created }, time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })), m.updated && !m.deleted && el('span', {}, 'Edited'),
      m.text && !m.deleted && m.personId === me().id && button('Edit', () => ask('Edit your message', [['Message', node.querySelector('.said').innerText, 4]], ([text]) => send('edit', { as: state.me, message: m.id, text })), { class: 'link' })),
    el('div', { class: 'body' }, m.deleted ? el('p', { class: 'gone' }, 'Message deleted') : content(m)),
    root && el('div', { class: 'thread' }),
    root && !m.deleted && button('Reply', () => replyTo(m.id), { class: 'link reply' }));
  drawn.set(m.id, node);
  return node;
}

function content(m) {
  const parts = [], attached = m.attachments?.[0]?.content;
  if (attached) parts.push(el('div', { class: 'card' }, drawCard(attached, (inputs) => send('press', { as: state.me, message: m.id, inputs }))));
  else if (m.html) parts.push(fromHTML(m.html));
  else if (m.text) parts.push(el('p', { class: 'said text' }, m.text));
  parts.push(...(m.fileInfo ?? []).map(fileNode));
  if (!attached && !m.markdown) return parts;
  const opener = button(attached ? 'Card JSON' : 'Markdown', () => {}, { class: 'link quiet' }), raw = el('div', { class: 'raw' });
  return [...parts, opener, unfolds(opener, raw, () => drawRaw(m, raw))];
}

// drawRaw shows what was posted: the card with its size and the schema's verdict, and what a notification shows.
async function drawRaw(m, into) {
  const parts = [];
  if (m.attachments) {
    const verdict = await (await fetch('/_simulator/card?message=' + encodeURIComponent(m.id))).json();
    parts.push(el('p', { class: 'hint' }, `Card of ${verdict.bytes.toLocaleString()} bytes, ${Math.round(verdict.bytes * 100 / verdict.limit)} % of what Webex takes. ` + (verdict.refuse ? 'Webex would refuse it: ' + verdict.refuse : 'Valid by the schema.')),
      el('pre', { class: 'code', tabindex: '0' }, JSON.stringify(m.attachments[0].content, null, 1)));
  }
  parts.push(el('p', { class: 'hint' }, m.attachments ? 'What a notification, and a client without cards, shows:' : 'What was posted:'), el('pre', { class: 'code', tabindex: '0' }, m.markdown || m.text || ''));
  into.replaceChildren(...parts);
}

// fileNode is a link to a file, and its first lines.
function fileNode(f) {
  const address = '/_simulator/file?id=' + encodeURIComponent(f.id);
  const lines = el('pre', { class: 'code', tabindex: '0', role: 'group', 'aria-label': 'First lines' });
  fetch(address).then((answer) => answer.arrayBuffer()).then((data) => {
    const bytes = new Uint8Array(data.slice(0, 4000)), utf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
    lines.textContent = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes).split(/\r?\n/).slice(0, 5).join('\n');
  });
  return el('div', { class: 'file' }, el('a', { href: address, download: f.name }, f.name, el('span', { class: 'hint' }, `${f.size.toLocaleString()} bytes`)), lines);
}

// fromHTML copies the few tags that Webex's markdown makes from HTML; the HTML itself is never inserted.
const reading = globalThis.trustedTypes?.createPolicy('read', { createHTML: (html) => html });
const tags = new Set(['p', 'br', 'strong', 'em', 'b', 'i', 'ul', 'ol', 'li', 'blockquote', 'code', 'pre', 'a', 'h1', 'h2', 'h3']);
function fromHTML(html) {
  const copy = (from, to) => {
    for (const node of from.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
      else if (node.localName === 'spark-mention') to.append(el('span', { class: 'mention' }, '@' + node.textContent));
      else if (tags.has(node.localName)) to.append(copy(node, node.localName === 'a' ? link(node.getAttribute('href')) : el(node.localName)));
      else copy(node, to);
    }
    return to;
  };
  return copy(new DOMParser().parseFromString(reading ? reading.createHTML(html) : html, 'text/html').body, el('div', { class: 'said' }));
}

// link is an anchor to an address of the web; anything else stays text.
function link(address, ...text) {
  return /^https?:\/\//i.test(address ?? '') ? el('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, text) : el('span', {}, text);
}

// unfolds makes a button that shows and hides a node.
function unfolds(opener, node, shown = () => {}) {
  node.hidden = true;
  opener.setAttribute('aria-expanded', 'false');
  opener.addEventListener('click', () => {
    node.hidden = !node.hidden;
    opener.setAttribute('aria-expanded', String(!node.hidden));
    if (!node.hidden) shown();
  });
  return node;
}

// ---- Writing ----

function replyTo(id) {
  state.root = id;
  if (($('reply-to').hidden = !id)) return;
  const m = state.messages.get(id);
  $('reply-to').firstElementChild.textContent = `In the thread of “${(m.text ?? '').slice(0, 60)}”.`;
  $('text').focus();
}

async function write() {
  const text = $('text').value.trim();
  if (!text || !state.space) return;
  setText('');
  state.last = text;
  await send('say', { as: state.me, space: state.space, text, parentId: state.root }).catch(() => setText(text));
}

function setText(text) {
  $('text').value = text;
  fitText();
}

function fitText() {
  $('text').style.height = 'auto';
  $('text').style.height = $('text').scrollHeight + 2 + 'px';
}

// offered are the members that "@" and what follows it may mean.
let offered = [], picked = 0;
function offerMentions() {
  const typed = /(?:^|\s)@([\p{L}\d]*)$/u.exec($('text').value.slice(0, $('text').selectionStart));
  const members = space()?.type === 'group' && typed ? others(space()) : [];
  offered = members.filter((p) => low(p.displayName).includes(low(typed[1]))).sort((a, b) => isBot(b) - isBot(a));
  picked = 0;
  drawMentions();
}

function drawMentions() {
  $('mentions').hidden = !offered.length;
  $('mentions').replaceChildren(...offered.map((p, i) => el('li', {
    role: 'option', id: 'mention-' + i, 'aria-selected': String(i === picked), mousedown: (event) => { event.preventDefault(); picked = i; mention(); },
  }, avatar(p), p.displayName)));
  if (offered.length) $('text').setAttribute('aria-activedescendant', 'mention-' + picked);
  else $('text').removeAttribute('aria-activedescendant');
}

function mention() {
  const box = $('text'), end = box.selectionStart;
  box.setRangeText('@' + offered[picked].displayName + ' ', box.value.lastIndexOf('@', end - 1), end, 'end');
  offered = [];
  drawMentions();
}

function key(event) {
  if (offered.length && ['ArrowDown', 'ArrowUp', 'Enter', 'Tab', 'Escape'].includes(event.key)) {
    event.preventDefault();
    if (event.key === 'Enter' || event.key === 'Tab') return mention();
    if (event.key === 'Escape') offered = [];
    picked = (picked + (event.key === 'ArrowDown' ? 1 : offered.length - 1)) % (offered.length || 1);
    return drawMentions();
  }
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    write();
  } else if (event.key === 'ArrowUp' && !$('text').value && state.last) {
    event.preventDefault();
    setText(state.last);
  }
}

// ---- Adaptive Cards ----

// drawCard draws a card as Webex does; submit is called with what a button sends.
export function drawCard(card, submit) {
  const actions = card.actions?.length ? drawActions(card.actions, submit) : false;
  return tappable(el('div', { class: 'ac-card' }, drawItems(card.body, submit), actions), card.selectAction, submit);
}

function drawItems(items = [], submit) {
  const nodes = items.map((e) => drawElement(e, submit)).filter(Boolean);
  nodes.slice(1).forEach((node) => node.classList.add('sp-' + (node.dataset.spacing || 'default'), ...(node.dataset.separator ? ['sep'] : [])));
  return nodes;
}

function drawElement(e, submit) {
  const node = elements[e.type]?.(e, submit);
  if (!node) return e.fallback && e.fallback !== 'drop' ? drawElement(e.fallback, submit) : undefined;
  Object.assign(node.dataset, { spacing: low(e.spacing), separator: e.separator ? 'yes' : '', element: e.id ?? '' });
  node.hidden = e.isVisible === false;
  return node;
}

// styled gives a container its background.
function styled(node, e) {
  if (e.style && low(e.style) !== 'default') node.classList.add('styled', 'st-' + low(e.style));
  if (e.bleed && node.classList.contains('styled')) node.classList.add('bleed');
  if (/^\d+px$/.test(e.minHeight ?? '')) node.style.minHeight = e.minHeight;
  return node;
}

// tappable makes an element one that can be pressed.
function tappable(node, action, submit) {
  if (!action) return node;
  const run = (event) => {
    if (event.target.closest('a, button, input, select, textarea, [role="button"]') !== node) return;
    event.preventDefault();
    act(action, node, submit);
  };
  node.classList.add('tap');
  Object.assign(node, { role: 'button', tabIndex: 0, title: action.title ?? '' });
  node.addEventListener('click', run);
  node.addEventListener('keydown', (event) => { if (event.key === 'Enter' || event.key === ' ') run(event); });
  return node;
}

function textClasses(e) {
  const color = low(e.color, 'default');
  return ['t', 'z-' + low(e.size, 'default'), low(e.weight, 'default'), color !== 'default' && color, e.isSubtle && color === 'default' && 'subtle',
    low(e.fontType) === 'monospace' && 'mono', low(e.horizontalAlignment)].filter(Boolean).join(' ');
}

const elements = {
  TextBlock(e) {
    const node = markdown(e.text ?? '', el('div', { class: textClasses(e) }));
    if (!e.wrap) node.classList.add('nowrap');
    if (e.maxLines) { node.classList.add('lines'); node.style.webkitLineClamp = String(e.maxLines); }
    return node;
  },
  RichTextBlock: (e) => el('div', { class: 't ' + low(e.horizontalAlignment) }, e.inlines.map((run) => run.text ? el('span', { class: textClasses(run) + (run.italic ? ' italic' : '') }, run.text) : run)),
  Container: (e, submit) => tappable(styled(el('div', { class: 'ac-container' }, drawItems(e.items, submit)), e), e.selectAction, submit),
  ColumnSet: (e, submit) => tappable(styled(el('div', { class: 'ac-columns' }, drawItems(e.columns?.map((c) => ({ ...c, type: 'Column' })), submit)), e), e.selectAction, submit),
  Column(e, submit) {
    const node = styled(elements.Container({ ...e, style: undefined }, submit), e), width = String(e.width ?? 'stretch');
    node.classList.add('v-' + low(e.verticalContentAlignment, 'top'));
    if (/^\d+px$/.test(width)) node.style.flex = `0 0 ${width}`;
    else if (Number(width)) node.style.flex = `${width} 1 0`;
    else node.classList.add('w-' + low(width));
    return node;
  },
  FactSet: (e) => el('dl', { class: 'facts' }, e.facts.flatMap((f) => [el('dt', {}, f.title), markdown(f.value, el('dd'))])),
  ActionSet: (e, submit) => drawActions(e.actions ?? [], submit),
  Image: (e) => el('p', { class: 't subtle' }, `[Image: ${e.altText || 'without a description'}]`), // the page loads nothing from elsewhere
  'Input.Text': (e) => {
    const attributes = { value: e.value ?? '', placeholder: e.placeholder, maxlength: e.maxLength };
    return field(e, e.isMultiline ? el('textarea', { rows: 4, ...attributes }) : el('input', { type: { email: 'email', tel: 'tel', url: 'url', password: 'password' }[low(e.style)] ?? 'text', ...attributes }),
      (value) => !e.regex || new RegExp(`^(?:${e.regex})$`).test(value));
  },
  'Input.Number': (e) => ranged(e, 'number', Number),
  'Input.Date': (e) => ranged(e, 'date', String),
  'Input.Time': (e) => ranged(e, 'time', String),
  'Input.Toggle'(e) {
    const on = e.valueOn ?? 'true', off = e.valueOff ?? 'false';
    const box = el('input', { type: 'checkbox', checked: e.value === on });
    return field(e, el('label', { class: 'pick' }, box, markdown(e.title ?? '', el('span'))), (value) => !e.isRequired || value === on, () => box.checked ? on : off);
  },
  'Input.ChoiceSet'(e) {
    const chosen = String(e.value ?? '').split(e.isMultiSelect ? ',' : '\n');
    if (!e.isMultiSelect && low(e.style) !== 'expanded') {
      const options = e.choices.map((c) => el('option', { value: c.value, selected: chosen.includes(c.value) }, c.title));
      return field(e, el('select', {}, el('option', { value: '' }, e.placeholder ?? ''), options));
    }
    const name = 'choice-' + crypto.randomUUID();
    const boxes = e.choices.map((c) => el('input', { type: e.isMultiSelect ? 'checkbox' : 'radio', name, value: c.value, checked: chosen.includes(c.value) }));
    const list = el('div', {}, e.choices.map((c, i) => el('label', { class: 'pick' }, boxes[i], el('span', {}, c.title))));
    return field(e, list, undefined, () => boxes.filter((b) => b.checked).map((b) => b.value).join(','));
  },
};

const ranged = (e, type, as) => field(e, el('input', { type, value: e.value ?? '', min: e.min, max: e.max, placeholder: e.placeholder, step: type === 'number' && 'any' }),
  (value) => !(as(value) < as(e.min ?? value) || as(value) > as(e.max ?? value)));

// field puts a label above an input, and below it what is wrong when a button needs it.
const fields = new WeakMap();
function field(e, control, fits = () => true, read = () => control.value) {
  const single = control.matches('input, select, textarea'), id = 'in-' + crypto.randomUUID();
  const wrong = el('p', { class: 'wrong', id: id + '-wrong', role: 'alert', hidden: true });
  const label = e.label && el(single ? 'label' : 'legend', single ? { for: id } : {}, e.label, e.isRequired && el('span', { class: 'need', 'aria-hidden': 'true' }, ' *'));
  const target = single ? control : control.querySelector('input');
  if (single) Object.assign(control, { id, ariaLabel: e.label ? null : e.placeholder || e.id, ariaRequired: e.isRequired ? 'true' : null });
  const node = el(single ? 'div' : 'fieldset', { class: 'field', 'data-input': e.id }, label, control, wrong);
  fields.set(node, {
    id: e.id, read, focus: () => target?.focus(),
    check() {
      const value = read(), good = !(e.isRequired && value === '') && (value === '' || fits(value));
      wrong.hidden = good;
      wrong.textContent = good ? '' : e.errorMessage || 'Please check this value.';
      target?.setAttribute('aria-invalid', String(!good));
      target?.setAttribute('aria-describedby', good ? '' : wrong.id);
      return good;
    },
  });
  return node;
}

function drawActions(actions, submit) {
  const unfolded = [];
  const buttons = actions.slice(0, 5).map((a) => { // Webex drops the rest
    if (a.type === 'Action.OpenUrl') return link(a.url, a.title ?? a.url);
    const node = el('button', { type: 'button', class: low(a.style), click: () => act(a, node, submit) }, a.title ?? '');
    const closeOthers = () => node.parentElement.querySelectorAll('[aria-expanded=true]').forEach((other) => other !== node && other.click());
    if (a.type === 'Action.ShowCard') unfolded.push(unfolds(node, drawCard(a.card, submit), closeOthers));
    return node;
  });
  return el('div', { class: 'ac-set' }, el('div', { class: 'ac-buttons' }, buttons), unfolded);
}

// act does what an action of a card does. A button sends the inputs of its own card and of those around it.
function act(action, node, submit) {
  const top = node.closest('.card') ?? document;
  if (action.type === 'Action.OpenUrl') link(action.url).click();
  if (action.type === 'Action.ToggleVisibility') {
    for (const target of action.targetElements) {
      const hit = top.querySelector(`[data-element="${CSS.escape(target.elementId ?? target)}"]`);
      if (hit) hit.hidden = target.isVisible === undefined ? !hit.hidden : !target.isVisible;
    }
  }
  if (action.type !== 'Action.Submit') return;
  const around = (f) => f.closest('.ac-card').contains(node) && low(action.associatedInputs) !== 'none';
  const all = [...top.querySelectorAll('.field')].filter(around).map((f) => fields.get(f));
  const wrong = all.filter((f) => !f.check());
  if (wrong.length) return wrong[0].focus();
  submit({ ...Object.fromEntries(all.filter((f) => f.id).map((f) => [f.id, f.read()])), ...action.data });
}

// markdown draws the little that cards know of it: bold, italic, links and lists.
const inline = /\\([!-/:-@[-`{-~])|\*\*(?=\S)((?:\\.|[^\\])+?)\*\*|\*(?=\S)((?:\\.|[^\\*])+?)\*|(?<!\w)_(?=\S)((?:\\.|[^\\_])+?)_(?!\w)|\[((?:\\.|[^\]\\])*)\]\(([^\s()]+)\)/gs;
function inlines(text, into) {
  let at = 0;
  for (const found of text.matchAll(inline)) {
    const [whole, escaped, bold, star, line, label, address] = found;
    into.append(text.slice(at, found.index), escaped ?? inlines(label ?? bold ?? star ?? line, address ? link(address) : el(bold ? 'strong' : 'em')));
    at = found.index + whole.length;
  }
  into.append(text.slice(at));
  return into;
}

function markdown(text, into) {
  if (!/\n\s*\n|^\s*([-*+]|\d+[.)])\s/m.test(text)) return inlines(text, into);
  let list;
  for (const row of text.split('\n')) {
    const item = /^\s*(?:([-*+])|\d+[.)])\s+(.*)$/.exec(row);
    if (!item) {
      list = undefined;
      if (row.trim()) into.append(inlines(row, el('p')));
      continue;
    }
    const tag = item[1] ? 'ul' : 'ol';
    if (list?.localName !== tag) into.append(list = el(tag));
    list.append(inlines(item[2], el('li')));
  }
  return into;
}

// ---- Behind the scenes ----

const tabs = { Requests: drawRequests, Codes: drawCodes, Values: drawValues, Connections: drawConnections, Trouble: drawTrouble };

function drawTabs() {
  const names = Object.keys(tabs);
  document.querySelector('[role="tablist"]').replaceChildren(...names.map((name, i) => el('button', {
    type: 'button', role: 'tab', id: 'tab-' + i, 'aria-selected': String(name === state.tab), 'aria-controls': 'panel', tabindex: name === state.tab ? 0 : -1,
    click: () => { state.tab = name; drawTabs(); drawPanel(); $('tab-' + i).focus(); },
    keydown: (e) => { const step = { ArrowRight: 1, ArrowLeft: names.length - 1 }[e.key]; if (step) $('tab-' + (i + step) % names.length).click(); },
  }, name)));
  $('panel').setAttribute('aria-labelledby', 'tab-' + names.indexOf(state.tab));
}

// drawPanel draws the chosen tab again; the focus stays on the same control.
function drawPanel() {
  const label = (node) => node.getAttribute('aria-label') || node.id;
  const held = $('panel').contains(document.activeElement) && label(document.activeElement);
  $('panel').replaceChildren(...[tabs[state.tab]()].flat(3));
  if (state.tab === 'Requests') addExchanges(state.exchanges);
  if (held) [...$('panel').querySelectorAll('input, select, button')].find((node) => label(node) === held)?.focus();
}

const table = (heads, rows) => el('div', { class: 'scroll' }, el('table', {}, el('thead', {}, el('tr', {}, heads.map((h) => el(h ? 'th' : 'td', {}, h)))),
  el('tbody', {}, rows.map((cells) => el('tr', {}, cells.map((c) => el('td', {}, c)))))));

function drawRequests() {
  const filter = el('input', { id: 'filter', 'aria-label': 'Filter requests', placeholder: 'Filter by path, token or status', value: state.filter ?? '', input: () => { state.filter = low(filter.value); $('exchanges').replaceChildren(); addExchanges(state.exchanges); } });
  const replay = async () => { if (!(await send('replay', {})).deliveries) notice('Nothing was delivered yet.'); };
  return [el('p', { class: 'hint' }, '← a request of the bot to Webex, → a delivery of Webex to the bot. The newest is at the top.'), el('div', { class: 'bar' }, filter, button('Replay the last delivery', replay)), el('div', { id: 'exchanges' })];
}

function addExchanges(list) {
  const fits = (e) => low(`${e.token} ${e.method} ${e.path} ${e.query ?? ''} ${e.status}`).includes(state.filter ?? '');
  $('exchanges').prepend(...list.filter(fits).reverse().map(exchangeNode));
  while ($('exchanges').childElementCount > 500) $('exchanges').lastElementChild.remove();
}

// short is a path without the host of a webhook's target and the middle of long ids.
const short = (path) => path.replace(/^https?:\/\/[^/]+/, '').replace(/(\w{6})[\w%=+-]{30,}(\w{4})/g, '$1…$2');

function exchangeNode(e) {
  const out = e.token === 'webhook' || e.token === 'socket';
  const pretty = (body) => { try { return JSON.stringify(JSON.parse(body), null, 1); } catch { return body; } };
  const part = (title, body) => body && [el('p', { class: 'hint' }, title), el('pre', { class: 'code', tabindex: '0' }, pretty(body))];
  const fill = () => { if (node.childElementCount === 1) node.append(...[el('p', { class: 'hint' }, `${new Date(e.time).toLocaleTimeString()} · ${e.path}${e.query ? '?' + e.query : ''}`), part('Request', e.request), part('Response', e.response)].flat().filter(Boolean)); };
  const node = el('details', { class: 'exchange', toggle: fill }, el('summary', {}, el('span', { class: out ? 'to' : 'from', 'aria-label': out ? 'to the bot' : 'from the bot', role: 'img' }, out ? '→' : '←'),
    el('span', { class: 'hint' }, e.token), el('code', {}, `${e.method} ${short(e.path)}`), el('span', { class: 'end' + (e.status >= 400 || !e.status && e.token !== 'socket' ? ' bad' : '') }, `${e.status || (e.token === 'socket' ? '' : 'no answer')} ${out && !e.took ? '' : (e.took / 1e6).toFixed(1) + ' ms'}`)));
  return node;
}

// ask shows a dialog with one input for each [label, value, kind]; kind is a list of choices, or how many lines.
function ask(title, inputs, save, more) {
  const nodes = inputs.map(([, value, kind]) => Array.isArray(kind) ? el('select', {}, kind.map((k) => el('option', { value: k, selected: k === value }, k || '(none)'))) : kind ? el('textarea', { rows: kind, value }) : el('input', { value }));
  const done = async (event) => { event.preventDefault(); await save(nodes.map((n) => n.value)); $('dialog').close(); };
  $('dialog').replaceChildren(el('form', { submit: done }, el('h2', { id: 'dialog-title' }, title), inputs.map(([label], i) => el('label', {}, label, nodes[i])),
    el('div', { class: 'row' }, more, button('Cancel', () => $('dialog').close()), el('button', { class: 'primary', type: 'submit' }, 'Save'))));
  $('dialog').showModal();
}

const rules = ['', 'required', 'optional', 'adminSet', 'notUsed', 'notApplicable'], services = ['All', 'MeetingCenter', 'EventCenter', 'TrainingCenter', 'SupportCenter'];

function editCode(site, c) {
  const rule = (service) => c.scheduleStartCodes?.find((s) => s.service === service)?.type ?? '';
  const remove = c.id && button('Delete', async () => { await send('code', { site, code: c, remove: true }); $('dialog').close(); }, { class: 'tool bad' });
  ask(c.id ? `${c.name} on ${site}` : `New code on ${site}`, [['Name', c.name], ['Input', c.inputMode, ['text', 'select', 'editableSelect', 'hostProfileSelect']], ['Host profile', c.hostProfileCode, rules],
    ['Options, one a line; * before the default', c.options.map((o) => (o.defaultValue ? '*' : '') + o.value).join('\n'), 5], ...services.map((s) => [s, rule(s), rules])], ([name, inputMode, hostProfileCode, options, ...types]) => {
    const scheduleStartCodes = services.map((service, i) => ({ service, type: types[i] })).filter((s) => s.type);
    return send('code', { site, code: { id: c.id, name, inputMode, hostProfileCode, options: options.split('\n').filter(Boolean).map((o) => ({ value: o.replace(/^\*/, ''), defaultValue: o.startsWith('*') })), scheduleStartCodes: scheduleStartCodes.length ? scheduleStartCodes : null } });
  }, remove);
}

function drawCodes() {
  const head = el('p', { class: 'hint' }, 'The tracking codes as Webex has them. What you change here, you change behind the bot’s back, and no rule is checked.');
  return [head, state.world.sites.map(({ codes, values, ...site }) => [el('h3', {}, site.siteUrl + (site.default ? ' (default site)' : '')),
    el('div', { class: 'bar' }, button('New code', () => editCode(site.siteUrl, { id: '', name: '', inputMode: 'text', options: [], hostProfileCode: 'optional' }), { 'aria-label': 'New code on ' + site.siteUrl }),
      button('Rename site', () => ask('Rename ' + site.siteUrl, [['Host name', site.siteUrl]], ([rename]) => send('site', { ...site, rename })), { 'aria-label': 'Rename site ' + site.siteUrl })),
    table(['Id', 'Name', 'Input', 'Host profile', 'Options', ''], codes.map((c) => [c.id, c.name, c.inputMode, c.hostProfileCode, String(c.options.length), button('Edit', () => editCode(site.siteUrl, c), { 'aria-label': `Edit ${c.name} on ${site.siteUrl}` })]))])];
}

function drawValues() {
  const who = person(state.valuesOf) ?? me();
  const choose = el('select', { 'aria-label': 'Whose values', change: () => { state.valuesOf = choose.value; drawPanel(); } }, state.world.people.filter((p) => !isBot(p)).map((p) => el('option', { value: p.id, selected: p === who }, p.displayName)));
  return [el('p', { class: 'hint' }, 'The own value of a person for each code; empty is none.'), choose, state.world.sites.map((site) => [el('h3', {}, site.siteUrl), table(['Code', 'Own value'], site.codes.map((c) => {
    const input = el('input', { 'aria-label': `${c.name} on ${site.siteUrl}`, value: site.values[who.id]?.[c.name] ?? '', change: () => send('value', { site: site.siteUrl, person: who.emails[0], name: c.name, value: input.value }) });
    return [c.name, input];
  }))])];
}

function drawConnections() {
  const { webhooks, devices } = state.world, none = (text) => el('p', { class: 'hint' }, text);
  const off = (h) => h.status === 'active' ? button('Switch off', () => send('webhook', { id: h.id }), { 'aria-label': `Switch off ${h.name}` }) : '';
  return [el('h3', {}, 'Webhooks'), webhooks.length ? table(['Target', 'Event', 'Status', ''], webhooks.map((h) => [h.targetUrl, `${h.resource} ${h.event}`, h.status, off(h)])) : none('None is registered.'),
    el('h3', {}, 'Devices and websockets'), devices.length ? table(['Device', 'Open sockets', 'Unacknowledged'], devices.map((d) => [d.name, String(d.sockets), String(d.waiting)])) : none('No device is registered.')];
}

const faults = [
  ['Too many requests', 'Each admin call gets 429 with Retry-After: 5. The bot says that it waits, and answers once it may.', { token: 'admin', status: 429, retryAfter: '5' }],
  ['Server errors', 'Each admin call gets 500 with a page of HTML. The bot tries again, then says so with a reference.', { token: 'admin', status: 500, contentType: 'text/html;charset=UTF-8' }],
  ['Connections cut before the work', 'Half of the bot’s posts are cut before Webex stores them. The bot posts them again.', { method: 'POST', path: '/messages', probability: 0.5, drop: 'before' }],
  ['Connections cut after the work', 'Half of the bot’s posts are stored, and then cut. The bot finds them and posts nothing twice.', { method: 'POST', path: '/messages', probability: 0.5, drop: 'after' }],
];

function drawTrouble() {
  const { rules: on, latency, delivery, socket, outage, expired } = state.world.trouble;
  const row = (title, why, control, id = 'trouble-' + low(title).replaceAll(' ', '-')) => { control.id = id; return el('div', { class: 'trouble' }, control, el('label', { for: id }, title), el('p', { class: 'hint' }, why)); };
  const toggle = (title, why, checked, change) => row(title, why, el('input', { type: 'checkbox', checked, change: (e) => { change(e.target.checked); e.target.checked = checked; } })); // it is drawn anew once Webex has it
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const both = (more, jitter) => { send('delivery', { ...delivery, ...more, jitter }); send('socketfaults', { ...socket, ...more }); };
  const slow = el('input', { type: 'range', min: 0, max: 3000, step: 100, value: latency / 1e6, 'aria-label': 'Latency in milliseconds', change: () => send('faults', { rules: on, latency: slow.value * 1e6 }, 'PUT') });
  const site = state.world.sites.find((s) => s.default) ?? state.world.sites[0], { codes, values, ...flags } = site;
  return [el('p', { class: 'hint' }, 'What Webex can do wrong. Switch something on, ask the bot, and switch it off.'), el('h3', {}, `Latency: ${latency / 1e6} ms`), slow, el('p', { class: 'hint' }, 'Each call takes so much longer.'),
    el('h3', {}, 'Calls'), faults.map(([title, why, rule]) => toggle(title, why, on.some((r) => same(r, rule)), (yes) => send('faults', { rules: [...on.filter((r) => !same(r, rule)), ...(yes ? [rule] : [])], latency }, 'PUT'))),
    toggle('Admin token expired', 'Admin calls get 401. A bot with a sign-in renews its token; this one says that it can’t read.', expired.includes('admin'), (yes) => send('token', { kind: 'admin', expired: yes })),
    toggle('Webex unreachable', 'Sockets are cut and connections reset. The bot answers afterwards what it missed.', outage, (yes) => send('socket', { do: 'outage', for: yes ? '-1s' : '0s' })),
    toggle('Codes are mapped', `The codes of ${site.siteUrl} come from a directory: they can be read but not changed.`, site.mapped, (yes) => send('site', { ...flags, mapped: yes })),
    el('h3', {}, 'Deliveries'), toggle('Everything twice', 'Each event is delivered twice. The bot answers once.', delivery.duplicate > 0, (yes) => both({ duplicate: yes ? 1 : 0 }, delivery.jitter)),
    toggle('Late and out of order', 'Half of the events come up to three seconds late.', delivery.reorder > 0, (yes) => both({ reorder: yes ? 0.5 : 0 }, yes ? 3e9 : 0)),
    el('div', { class: 'bar' }, button('Drop the websocket', () => send('socket', { do: 'cut' })), button('Forget the devices', () => send('socket', { do: 'vanish' })), button('Switch webhooks off', () => state.world.webhooks.forEach((h) => send('webhook', { id: h.id }))))];
}

// ---- Start ----

function setTheme(dark) {
  document.documentElement.dataset.theme = localStorage.theme = dark ? 'dark' : 'light';
  $('theme').setAttribute('aria-pressed', String(dark));
}

// toggles makes a button one that is pressed or not.
function toggles(id, change) {
  $(id).addEventListener('click', () => {
    const on = $(id).getAttribute('aria-pressed') !== 'true';
    $(id).setAttribute('aria-pressed', String(on));
    change(on);
  });
}

setTheme((localStorage.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark');
toggles('theme', setTheme);
toggles('width', (on) => document.body.classList.toggle('phone', on));
toggles('behind', (on) => document.body.classList.toggle('plain', !on));
if (matchMedia('(max-width: 1080px)').matches) $('behind').click();
const spans = { '1 hour': '1h', '1 day': '24h', '1 week': '168h', '30 days': '720h' };
$('clock').addEventListener('click', () => ask('Move the clock forward', [['By', '1 day', Object.keys(spans)]], ([by]) => send('clock', { forward: spans[by] })));
$('person').addEventListener('change', () => choosePerson($('person').value));
$('back').addEventListener('click', () => { document.body.classList.remove('talk'); });
$('new-space').addEventListener('submit', async (event) => {
  event.preventDefault();
  chooseSpace((await send('spaces', { title: $('new-title').value, with: [state.me] })).id);
  $('new-title').value = '';
  drawSpaces();
});
$('reply-to').lastElementChild.addEventListener('click', () => replyTo(''));
$('compose').addEventListener('submit', (event) => { event.preventDefault(); write(); });
$('text').addEventListener('keydown', key);
$('text').addEventListener('input', () => { fitText(); offerMentions(); });
$('text').addEventListener('blur', () => { offered = []; drawMentions(); });
drawTabs();
drawPanel();
connect();
