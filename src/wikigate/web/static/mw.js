/* mw.config, mw.user and mw.user.tokens, as scripts written for MediaWiki know them, out of the page's own data block.

   Nothing here asks the server for anything: whoever wants to, does so with fetch or with a client of MediaWiki's API. */
"use strict";

(() => {
  const has = (values, key) => Object.prototype.hasOwnProperty.call(values, key);

  /* What get() gives for an unknown key is null, or what was said in its place. */
  class Values {
    constructor(values) {
      this.values = { ...values };
    }

    get(wanted, otherwise = null) {
      if (Array.isArray(wanted)) {
        return Object.fromEntries(wanted.map((key) => [key, this.get(key, otherwise)]));
      }
      if (wanted === undefined) {
        return { ...this.values };
      }
      return typeof wanted === "string" && has(this.values, wanted) ? this.values[wanted] : otherwise;
    }

    set(what, ...value) {
      if (what && typeof what === "object") {
        Object.assign(this.values, what);
        return true;
      }
      if (typeof what !== "string" || !value.length) {
        return false;
      }
      this.values[what] = value[0];
      return true;
    }

    exists(key) {
      return typeof key === "string" && has(this.values, key);
    }
  }

  const block = document.getElementById("mw-config");
  const said = block ? JSON.parse(block.textContent) : {};
  const config = new Values(said.config);
  const user = {
    options: new Values(),
    tokens: new Values(said.tokens),
    getId: () => config.get("wgUserId", 0),
    getName: () => config.get("wgUserName"),
    isAnon: () => user.getName() === null,
    isTemp: () => config.get("wgUserIsTemp", false),
    isNamed: () => !user.isAnon() && !user.isTemp(),
    getGroups: (then) => {
      const groups = config.get("wgUserGroups", []);
      if (then) {
        then(groups);
      }
      return Promise.resolve(groups);
    },
  };
  window.mw = { ...window.mw, Map: Values, config, user };
})();
