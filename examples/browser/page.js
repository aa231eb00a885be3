import { cancelSession, follow, respond, startSession } from './session.js';

const $ = (selector, within = document) => within.querySelector(selector);
const STATES = { live: 'Connected', reconnecting: 'Connection lost, reconnecting …', over: 'Finished' };

let stop = () => {};

$('#start').addEventListener('submit', async (event) => {
  event.preventDefault();
  const fields = new FormData(event.target);
  const input = {
    parent_id: fields.get('parent_id'),
    limit: Number(fields.get('limit')),
    max_distance_km: Number(fields.get('max_distance_km')),
    include_full_centers: true,
  };
  try {
    // The id stands in the address, so that a reload comes back to the session.
    location.hash = await startSession(input);
  } catch (error) {
    showProblem(error);
  }
});

$('#cancel').addEventListener('click', () => cancelSession(location.hash.slice(1)).catch(showProblem));
addEventListener('hashchange', attach);
attach();

/** Shows the session of the address, from its start. */
function attach() {
  stop();
  for (const id of ['#problem', '#results', '#search', '#cancel']) $(id).hidden = true;
  $('#questions').replaceChildren();
  const id = location.hash.slice(1);
  if (id === '') return;
  $('#progress').value = 0;
  $('#details').textContent = '';
  for (const shown of ['#search', '#cancel']) $(shown).hidden = false;
  showState('reconnecting', 'Connecting …');
  stop = follow(id, {
    message: (message) => show(id, message),
    state: showState,
    failed(error) {
      showState('over');
      showProblem(error);
    },
  });
}

function show(id, message) {
  if (message.type === 'processing_update') showProgress(message);
  if (message.type === 'user_interaction') $('#questions').append(questionForm(id, message));
  if (message.type === 'match_results') showResults(message);
  if (message.type === 'error') showProblem(message);
}

function showState(state, words = STATES[state]) {
  const badge = $('#connection');
  badge.textContent = words;
  badge.dataset.state = state;
  if (state !== 'over') return;
  $('#cancel').hidden = true;
  $('#questions').replaceChildren();
}

function showProgress({ progress, details, answered_interaction_id: answered }) {
  $('#progress').value = progress;
  $('#details').textContent = details;
  if (answered) document.getElementById(answered)?.remove();
}

function showProblem(error) {
  $('#problem').textContent = wordsOf(error);
  $('#problem').hidden = false;
}

/** What to say of an error of the server, or of none: then it was not reached. */
function wordsOf({ code, error_code = code, message, details }) {
  if (error_code === undefined) return 'The server cannot be reached. Please try again.';
  const issues = details?.issues ?? [];
  return issues.length === 0 ? message : issues.map((issue) => `${nameOf(issue.path)} ${issue.message}.`).join(' ');
}

/** `response_data.address` as a person says it: Address. */
function nameOf(path) {
  const name = path.split('.').at(-1).replaceAll('_', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** A question as a form of its own; it goes when the session says that it is answered, from here or elsewhere. */
function questionForm(id, question) {
  const form = $('#question').content.cloneNode(true).firstElementChild;
  form.id = question.interaction_id;
  $('legend', form).textContent = question.question;
  $('.answer', form).append(...answerFields(question));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const problem = $('.problem', form);
    problem.hidden = true;
    try {
      await respond(
        id,
        question,
        event.submitter?.value === 'declined' ? { declined: true } : answerIn(form, question),
      );
    } catch (error) {
      problem.textContent = wordsOf(error);
      problem.hidden = false;
    }
  });
  return form;
}

/** What a person fills in, by the kind of question. */
function answerFields({ interaction_type: type, interaction_id: id, options }) {
  if (type === 'location_input') {
    const input = element('input', '', { name: 'address', required: true, autocomplete: 'street-address' });
    input.placeholder = 'Potsdamer Platz 1, Berlin';
    return [labelled(element('span', 'Address'), input)];
  }
  const choices =
    type === 'confirmation'
      ? [
          { value: 'yes', label: 'Yes' },
          { value: 'no', label: 'No' },
        ]
      : options;
  return choices.map(({ value, label }) => {
    const input = element('input', '', { type: 'radio', name: `answer-${id}`, value, required: true });
    const choice = labelled(input, element('span', label));
    choice.className = 'choice';
    return choice;
  });
}

function answerIn(form, { interaction_type: type, options }) {
  const [value] = new FormData(form).values();
  if (type === 'location_input') return { address: value, source: 'user_address' };
  if (type === 'confirmation') return { confirmed: value === 'yes' };
  return { selected_option: options.find((option) => option.value === value) };
}

function showResults({ offers, counterfactuals, processing_details: details }) {
  $('#progress').value = 1;
  $('#results-title').textContent = offers.length === 1 ? '1 offer' : `${offers.length} offers`;
  $('#warnings').replaceChildren(...details.warnings.map(({ message }) => element('li', message)));
  $('#additions').replaceChildren(...counterfactuals.map((one) => element('li', one.details)));
  $('#offers').replaceChildren(...offers.map(offerItem));
  $('#results').hidden = false;
  // Who reads by ear, or by keyboard, goes on where the news is.
  $('#results-title').focus();
}

function offerItem({ center_name: name, score, explanation, center, preference_matches: matches }) {
  const item = $('#offer').content.cloneNode(true).firstElementChild;
  $('h3', item).textContent = name;
  $('.score', item).textContent = `${Math.round(score * 100)} %`;
  $('.score', item).title = 'How well it fits';
  $('.explanation', item).textContent = explanation ?? '';
  $('.address', item).textContent = center?.address ?? '';
  const all = { ...matches.simple_preferences, ...matches.complex_preferences };
  $('.matches', item).append(...Object.entries(all).map(([type, match]) => matchItem(type, match)));
  return item;
}

function matchItem(type, { satisfied, details }) {
  const item = element('li', '', { className: satisfied ? 'met' : 'unmet' });
  const mark = element('span', satisfied ? 'Met: ' : 'Not met: ', { className: 'sr-only' });
  item.append(mark, element('span', details ?? type.replaceAll('_', ' ')));
  return item;
}

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text }, properties);
}

function labelled(...children) {
  const label = document.createElement('label');
  label.append(...children);
  return label;
}
