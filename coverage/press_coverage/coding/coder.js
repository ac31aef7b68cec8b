// What the coder sees. Every key goes to Python, which answers with a new state; all texts are set as text, never as HTML.
const STYLE = `
.pc-coding { border: 1px solid #767676; border-radius: 4px; padding: 12px; max-width: 60em; line-height: 1.6; }
.pc-coding:focus-within { outline: 3px solid #0b4f79; outline-offset: -3px; }
.pc-coding .unit { white-space: pre-wrap; max-height: 24em; overflow-y: auto; margin: 10px 0; }
.pc-coding .context { opacity: 0.75; }
.pc-coding mark { background: #fdf3d8; color: #000; border-bottom: 2px solid #b3490b; }
.pc-coding ol { list-style: none; margin: 10px 0; padding: 0; }
.pc-coding li { margin: 4px 0; }
.pc-coding button { font: inherit; min-width: 12em; text-align: left; margin-right: 8px; padding: 2px 8px; cursor: pointer; }
.pc-coding button[aria-pressed="true"] { font-weight: bold; outline: 3px solid #0b4f79; }
.pc-coding input { font: inherit; width: 70%; }
.pc-coding .small { font-size: 90%; }
`;

function element(tag, parent, properties = {}, attributes = {}) {
  const made = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

function render({ model, el }) {
  element("style", el, { textContent: STYLE });
  const box = element("section", el, { className: "pc-coding", tabIndex: 0 }, {
    role: "application",
    "aria-label": "Coding. Number and letter keys give a code, arrows move, u takes back, n goes to the note.",
    "data-lm-suppress-shortcuts": "true", // JupyterLab's own keys rest here
  });
  const heading = element("p", box, { className: "small" });
  const progress = element("progress", box, {}, { "aria-label": "units coded" });
  const count = element("span", box, { className: "small" });
  const facts = element("p", box, { className: "small" });
  const unit = element("div", box, { className: "unit", tabIndex: 0 }, { role: "group", "aria-label": "The unit in its context" });
  const before = element("span", unit, { className: "context" });
  const text = element("mark", unit, {}, { "aria-live": "polite" });
  const after = element("span", unit, { className: "context" });
  const hint = element("p", box);
  const list = element("ol", box, {}, { "aria-label": "Codes" });
  const buttons = model.get("state").codes.map((code) => {
    const item = element("li", list);
    const button = element("button", item, { type: "button", textContent: `${code.key}  ${code.code}` });
    button.setAttribute("aria-keyshortcuts", code.key);
    button.addEventListener("click", () => send({ key: code.key }));
    const examples = [code.example && `such as: ${code.example}`, code.counterexample && `not: ${code.counterexample}`];
    const meaning = [code.definition, ...examples].filter(Boolean).join(" – ");
    element("span", item, { className: "small", textContent: meaning, id: `pc-${Math.random().toString(36).slice(2)}` });
    button.setAttribute("aria-describedby", item.lastChild.id);
    return button;
  });
  const label = element("label", box, { textContent: "Note (n; Enter keeps it) " });
  const note = element("input", label, { type: "text" });
  const said = element("p", box, {}, { role: "status", "aria-live": "polite" });
  element("p", box, { className: "small", textContent: "← → move · u takes the last decision back · n note" });

  // a note that was typed and not kept goes along with whatever comes next
  const send = (content) => {
    const typed = note.value !== model.get("state").note ? { note: note.value } : {};
    model.send({ ...typed, ...content });
  };
  box.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.target === note) {
      if (event.key === "Escape") note.value = model.get("state").note;
      if (event.key !== "Enter" && event.key !== "Escape") return;
      box.focus();
      if (event.key === "Enter") send({});
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === "n") note.focus();
    else if (/^[1-9a-z]$|^Arrow(Left|Right)$/.test(event.key)) send({ key: event.key });
    else return;
    event.preventDefault();
  });

  const show = () => {
    const state = model.get("state");
    heading.textContent = state.heading;
    heading.hidden = !state.heading;
    progress.max = state.total;
    progress.value = state.done;
    count.textContent = ` unit ${state.number} of ${state.total}, ${state.done} coded`;
    facts.textContent = state.facts.join(" · ");
    facts.hidden = !state.facts.length;
    before.textContent = state.before ? `${state.before} ` : "";
    text.textContent = state.text;
    after.textContent = state.after ? ` ${state.after}` : "";
    hint.textContent = state.hint ? `The coders gave: ${state.hint}` : "";
    hint.hidden = !state.hint;
    state.codes.forEach((code, at) => buttons[at].setAttribute("aria-pressed", String(code.code === state.value)));
    if (document.activeElement !== note) note.value = state.note;
    said.textContent = state.message;
    unit.scrollTop = 0;
  };
  model.on("change:state", show);
  show();
  return () => model.off("change:state", show);
}

export default { render };
