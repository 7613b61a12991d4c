// What a JavaScript driver is given and what it reports; the contract stands in steps.py.
'use strict';
const assert = require('assert');

const [api, name, mode] = process.argv.slice(2);
const account = name.split('@')[0];

function step(what, value = 'ok') {
  console.log(`${what}\t${value}`);
}

function refused(reason) {
  step('login', `refused: ${reason}`);
  process.exit(3);
}

function signedIn(info) {
  assert.equal(info.name, account);
  assert.ok(info.id > 0);
  assert.ok(!('anon' in info));
  step('userinfo', `${info.name} (${info.id})`);
}

function csrf(token) {
  assert.ok(token.endsWith('+\\'), token);
  assert.notEqual(token, '+\\');
  step('csrf');
}

function signedOut(info) {
  assert.equal(info.id, 0);
  assert.ok('anon' in info);
}

function run(driver) {
  driver().then(() => process.exit(0), (failure) => {
    console.error(failure);
    process.exit(1);
  });
}

module.exports = { api, name, mode, account, password: process.env.PASSWORD, step, refused, signedIn, csrf, signedOut, run };
