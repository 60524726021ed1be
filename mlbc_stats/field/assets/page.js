// The questionnaire of one token: opened, shown page by page, resumed, sent.
"use strict";

const element = (name) => document.getElementById(name);
const token = new URLSearchParams(location.hash.slice(1)).get("t") || "";
const CONSENT = "consent";
let language = navigator.language;

// Says something of words.js in a place, and says it again when the language changes.
const said = {};
const say = (place, name) => {
  said[place] = name;
  element(place).textContent = name ? words(language)[name] : "";
};
const box = (name) => {
  say("message", name);
  element("message").className = name ? "box" : "";
};

// Time before the respondent's eyes, and things pasted, since the last page was left.
const watch = {
  seconds: 0,
  pastes: 0,
  since: performance.now(),
  stop() {
    if (this.since !== null) this.seconds += (performance.now() - this.since) / 1000;
    this.since = null;
  },
  start() {
    if (this.since === null) this.since = performance.now();
  },
  taken() {
    this.stop();
    const found = { seconds: Math.round(this.seconds * 10) / 10, pastes: this.pastes };
    this.seconds = 0;
    this.pastes = 0;
    if (!document.hidden) this.start();
    return found;
  },
};
document.addEventListener("visibilitychange", () => (document.hidden ? watch.stop() : watch.start()));
document.addEventListener("paste", () => (watch.pastes += 1));

// The questionnaire, asked for until there is a connection.
async function opened() {
  for (let wait = 500; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    try {
      return await call("api/open", token, {});
    } catch (error) {
      if (!passes(error) || error.status === 429) throw error;
      box("lost");
      await pause(wait);
    }
  }
}

// Answers of one page by question, rows of matrices among them; null where there is none.
function answersOf(page) {
  const found = {};
  for (const question of page.questions) {
    if (question.getType() === "html") continue;
    if (question.getType() === "matrix") {
      const shown = new Set(question.visibleRows.map((row) => row.name));
      for (const row of question.rows) {
        const value = (question.value || {})[row.value];
        found[row.value] = question.isVisible && shown.has(row.value) ? value ?? null : null;
      }
    } else {
      found[question.name] = question.isVisible && !question.isEmpty() ? question.value : null;
    }
  }
  return found;
}

// The same answers as the form library holds them: rows inside their matrices.
function dataOf(survey, answers) {
  const data = {};
  for (const question of survey.getAllQuestions()) {
    if (question.getType() === "matrix") {
      const rows = question.rows.map((row) => row.value).filter((name) => name in answers);
      if (rows.length) data[question.name] = Object.fromEntries(rows.map((name) => [name, answers[name]]));
    } else if (question.name in answers) {
      data[question.name] = answers[question.name];
    }
  }
  return data;
}

function show(found) {
  for (const name of Object.keys(Survey.SvgRegistry.icons)) if (name.includes("timercircle")) delete Survey.SvgRegistry.icons[name]; // its inline style is against the page's policy
  const kept = new Kept(`mlbc:${found.respondent}`);
  const survey = new Survey.Model(found.form);
  const queue = new Queue(token, kept, (name) => say("state", name));
  if (queue.waiting.some((page) => page.last)) return finish(queue, kept); // completed before, and not yet sent
  const draft = kept.read("draft", {});
  speak(survey, found.languages, draft.language);
  restore(survey, found.pages, queue.waiting, draft);
  survey.onValueChanged.add(() => keep(survey, kept));
  const send = (page, last) =>
    queue.add({
      page: page.name,
      answers: answersOf(page),
      trap: element("website").value !== "",
      language,
      last,
      ...watch.taken(),
    });
  survey.onCurrentPageChanging.add((_, options) => {
    send(options.oldCurrentPage, false).catch(refuse); // not returned: the form library would wait for it
  });
  survey.onCurrentPageChanged.add(() => {
    keep(survey, kept);
    box("");
    scrollTo(0, 0);
    element("main").focus({ preventScroll: true });
  });
  survey.onComplete.add(() => {
    send(survey.currentPage || survey.visiblePages.at(-1), true).catch(refuse);
    finish(queue, kept, survey.getValue(CONSENT) === 0 ? "declined" : "thanks");
  });
  survey.render(element("form"));
  if (queue.waiting.length) queue.send().catch(refuse);
}

// Waits until everything has arrived, says so, and leaves nothing on the device.
async function finish(queue, kept, end = "thanks") {
  box("unsent");
  addEventListener("beforeunload", (event) => queue.waiting.length && event.preventDefault());
  try {
    await queue.send();
    kept.forget();
    say("state", "");
    box(end);
  } catch (error) {
    refuse(error);
  }
}

// Everything that is answered, from the server, then from pages on their way, then from the page begun.
function restore(survey, pages, waiting, draft) {
  const sent = { ...pages };
  for (const page of waiting) sent[page.page] = page.answers;
  const answers = Object.assign({}, ...Object.values(sent));
  survey.data = { ...dataOf(survey, answers), ...draft.data };
  const next = survey.visiblePages.find((page) => !(page.name in sent));
  if (Object.keys(sent).length) {
    survey.currentPage = next || survey.visiblePages.at(-1);
    box("resumed");
  }
}

const keep = (survey, kept) => kept.write("draft", { data: survey.data, language });

// The language of the page: the one chosen before, else the browser's, else the first of the questionnaire.
function speak(survey, languages, before) {
  const wanted = [before, ...navigator.languages, ...navigator.languages.map((tag) => tag.split("-")[0])];
  const choice = element("language");
  const change = (chosen) => {
    language = chosen;
    survey.locale = chosen;
    document.documentElement.lang = chosen;
    document.title = survey.locTitle.renderedHtml;
    element("title").textContent = survey.locTitle.renderedHtml;
    said["language-label"] = "language";
    Object.entries(said).forEach(([place, name]) => say(place, name));
    choice.value = chosen;
  };
  for (const name of languages) {
    const told = new Intl.DisplayNames([name], { type: "language" }).of(name);
    choice.add(new Option(told, name));
  }
  element("languages").hidden = languages.length < 2;
  choice.addEventListener("change", () => change(choice.value));
  change(wanted.find((name) => languages.includes(name)) || languages[0]);
}

function refuse(error) {
  const known = { 401: "unknown", 410: "used", 429: "requests" };
  say("state", "");
  box(known[error.status] || "refused");
  element("form").hidden = true;
}

box("loading");
opened().then((found) => {
  box("");
  show(found);
}, refuse);
