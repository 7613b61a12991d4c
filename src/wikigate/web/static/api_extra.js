/*
 * A parameter by its name: one that no module declares, or none that is chosen just now. It becomes a row of the form.
 *
 * Promises that what looks like a secret by its name is not shown.
 */

import { make } from './api_field.js';

// What a secret is called where nothing declares it one.
const SECRET = /password|retype|secret|token|code/i;

export class Extra {
  /** isField(name): whether the form has a field of that name; removed(): what happens when somebody takes the row off. */
  constructor(name, value, { say, isField, removed }) {
    this._say = say;
    this._isField = isField;
    this._name = make('input', { type: 'text', value: name, spellcheck: false, 'aria-label': say('wikigate-sandbox-extra-name') });
    this._value = make('input', { type: 'text', value, spellcheck: false, autocomplete: 'new-password' });
    this._remove = make('button', { type: 'button' }, '×');
    this._name.addEventListener('input', () => this._named());
    this._remove.addEventListener('click', removed);
    this.element = make('div', { className: 'extra' }, this._name, this._value, this._remove);
    this._named();
  }

  get name() {
    return this._name.value.trim();
  }

  get value() {
    return this._value.value;
  }

  get secret() {
    return SECRET.test(this.name);
  }

  focus() {
    this._name.focus();
  }

  _named() {
    this._value.type = this.secret ? 'password' : 'text';
    this._value.setAttribute('aria-label', `${this._say('wikigate-sandbox-extra-value')} ${this.name}`.trim());
    this._remove.setAttribute('aria-label', `${this._say('wikigate-sandbox-extra-remove')} ${this.name}`.trim());
    this._name.setCustomValidity(this._isField(this.name) ? this._say('apisandbox-dynamic-error-exists', this.name) : '');
  }
}
