/*
 * One parameter of the API as a field of a form.
 *
 * A field is made of a parameter as paraminfo describes it. Its value is what is sent, or null where nothing is. Secret values are never
 * to be shown; a field with a tokenType that nobody filled in stands for a fresh token.
 */

let count = 0;

/** Make an element: properties are set, children appended. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) {
      element[name] = value;
    } else {
      element.setAttribute(name, value);
    }
  }
  element.append(...children);
  return element;
}

/** Take HTML that this wiki's API made of its own texts. */
export function prose(html) {
  const template = make('template');
  template.innerHTML = html;
  return template.content;
}

function chip(text, kind = '') {
  return make('span', { className: `chip ${kind}` }, text);
}

export class Field {
  /**
   * param: as paraminfo has it, its name with the module's prefix; labels: the explanations of values that have one.
   * fetchToken(type) resolves to a token. say(key, …) is a text.
   */
  constructor(param, { say, fetchToken, tokenType = param.tokentype ?? '' }) {
    this.name = param.name;
    this.tokenType = tokenType;
    this.secret = Boolean(param.sensitive) || param.type === 'password' || tokenType !== '';
    this.submodules = param.submodules;
    this._say = say;
    this._id = `field-${count += 1}`;
    const choices = Array.isArray(param.type);
    this._many = choices && param.multi;
    this._control = this._many ? null : this._single(param, choices);
    this._boxes = this._many ? this._several(param) : [];
    this.element = this._assemble(param, fetchToken);
  }

  get value() {
    if (this._many) {
      const chosen = this._boxes.filter((box) => box.checked).map((box) => box.value);
      return chosen.length ? chosen.join('|') : null;
    }
    if (this._control.type === 'checkbox') {
      return this._control.checked ? '1' : null;
    }
    return this._control.value === '' ? null : this._control.value;
  }

  set value(value) {
    if (this._many) {
      const separator = value?.startsWith('\x1f') ? '\x1f' : '|';
      const chosen = (value ?? '').split(separator).filter((one) => one !== '');
      chosen.filter((one) => !this._boxes.some((box) => box.value === one)).forEach((one) => this._addBox(one));
      this._boxes.forEach((box) => { box.checked = chosen.includes(box.value); });
    } else if (this._control.type === 'checkbox') {
      this._control.checked = value !== null;
    } else {
      if (this._control.tagName === 'SELECT' && value && ![...this._control.options].some((one) => one.value === value)) {
        this._control.append(new Option(value, value));
      }
      this._control.value = value ?? '';
    }
  }

  focus() {
    (this._control ?? this._boxes[0]).focus();
  }

  _single(param, choices) {
    const id = this._id;
    if (choices) {
      const nothing = param.default ? this._say('wikigate-sandbox-default', param.default) : '';
      const options = [new Option(nothing, ''), ...param.type.map((value) => new Option(param.labels?.[value] ?? value, value))];
      return make('select', { id }, ...options);
    }
    if (param.type === 'boolean') {
      return make('input', { id, type: 'checkbox' });
    }
    if (param.type === 'text') {
      return make('textarea', { id, rows: 3, spellcheck: false });
    }
    const placeholder = this.tokenType ? this._say('wikigate-sandbox-token-auto') : String(param.default ?? '');
    const type = param.type === 'password' ? 'password' : 'text';
    const input = make('input', { id, type, placeholder, spellcheck: false, autocomplete: type === 'password' ? 'new-password' : 'off' });
    if (['integer', 'limit'].includes(param.type) && !param.multi) {
      input.inputMode = 'numeric';
    }
    return input;
  }

  _several(param) {
    this._list = make('div', { className: 'choices' });
    const boxes = param.type.map((value) => this._box(value, param.deprecatedvalues?.includes(value)));
    if (param.allspecifier) {
      boxes.push(this._box(param.allspecifier, false, this._say('apisandbox-multivalue-all-values', param.allspecifier)));
    }
    return boxes;
  }

  _box(value, old, shown = value) {
    const id = `${this._id}-${this._list.childElementCount}`;
    const box = make('input', { id, type: 'checkbox', value });
    this._list.append(make('div', { className: 'check' }, box, make('label', { htmlFor: id, className: old ? 'old' : '' }, shown)));
    return box;
  }

  _addBox(value) {
    this._boxes.push(this._box(value));
  }

  _assemble(param, fetchToken) {
    const say = this._say;
    const chips = [
      param.required && chip(say('wikigate-sandbox-required'), 'strong'),
      param.deprecated && chip(say('apisandbox-deprecated-parameters'), 'old'),
      this.secret && chip(say('apisandbox-sensitive-field')),
    ].filter(Boolean);
    const help = make('div', { id: `${this._id}-help`, className: 'help' });
    help.append(prose(param.description ?? ''));
    const values = help.querySelector('dl');
    if (values) {
      const box = make('details', {}, make('summary', {}, say('wikigate-sandbox-values')));
      values.replaceWith(box);
      box.append(values);
    }
    (this._control ?? this._list).setAttribute('aria-describedby', help.id);
    if (param.required) {
      this._control?.setAttribute('aria-required', 'true');
    }
    const name = make('code', {}, param.name);
    if (this._many) {
      return make('fieldset', { className: 'param' }, make('legend', {}, name, ...chips), this._list, help);
    }
    const label = make('label', { htmlFor: this._id }, name);
    if (param.label) {
      label.append(` ${param.label}`);
    }
    if (this._control.type === 'checkbox') {
      return make('div', { className: 'param' }, make('div', { className: 'check' }, this._control, label, ...chips), help);
    }
    const head = make('div', { className: 'head' }, label, ...chips);
    return make('div', { className: 'param' }, head, this.tokenType ? this._withButton(fetchToken) : this._control, help);
  }

  _withButton(fetchToken) {
    const button = make('button', { type: 'button' }, this._say('apisandbox-fetch-token'));
    button.setAttribute('aria-label', `${button.textContent}: ${this.name}`);
    button.addEventListener('click', async () => {
      const token = await fetchToken(this.tokenType);
      if (token !== null) {
        this._control.value = token;
        this._control.dispatchEvent(new Event('input', { bubbles: true }));
      }
    });
    return make('div', { className: 'with-button' }, this._control, button);
  }
}
