/* Security keys and passkeys: asks the browser for one when a form is sent, and sends what it answers (Web Authentication, Level 3).

   A form marked data-key="create" or "get" has the hidden inputs auth_info (the server's options, JSON) and credential (empty). Where the
   form asks for a name and a password too, a button of its own (data-key-button) asks for the key instead. */
"use strict";

(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));

  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  const ask = (kind, options) => {
    options.challenge = bytes(options.challenge);
    if (kind === "create") {
      options.user.id = bytes(options.user.id);
      options.excludeCredentials = known(options.excludeCredentials);
      return navigator.credentials.create({ publicKey: options });
    }
    options.allowCredentials = known(options.allowCredentials);
    return navigator.credentials.get({ publicKey: options });
  };

  const written = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) {
        response[name] = text(credential.response[name]);
      }
    }
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  };

  const complain = (form, words) => {
    const old = form.querySelector(".key-failed");
    const said = old || document.createElement("div");
    said.className = "message error key-failed";
    said.setAttribute("role", "alert");
    said.textContent = words;
    if (!old) {
      form.prepend(said);
    }
  };

  const use = async (form, submitter) => {
    if (!window.PublicKeyCredential || !navigator.credentials) {
      complain(form, form.dataset.keyMissing);
      return;
    }
    submitter.disabled = true;
    try {
      const found = await ask(form.dataset.key, JSON.parse(form.elements.auth_info.value));
      form.elements.credential.value = written(found);
    } catch (error) {
      complain(form, form.dataset.keyFailed);
      return;
    } finally {
      submitter.disabled = false;
    }
    form.noValidate = true;
    form.requestSubmit(submitter);
  };

  for (const form of document.querySelectorAll("form[data-key]")) {
    const main = form.querySelector("button.primary");
    let asks = main;
    if (form.dataset.keyButton) {
      asks = document.createElement("button");
      asks.type = "submit";
      asks.name = main.name;
      asks.value = main.value;
      asks.textContent = form.dataset.keyButton;
      asks.formNoValidate = true;
      main.after(asks);
    }
    form.addEventListener("submit", (event) => {
      const other = form.elements.newModule && form.elements.newModule.value;
      if (event.submitter !== asks || form.elements.credential.value || other) {
        return;
      }
      event.preventDefault();
      use(form, asks);
    });
  }
})();
