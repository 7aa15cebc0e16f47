"use strict";
/** Writes files that are whole or absent, and removes what killed processes left of them. */
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** Writes beside the target and renames, so that the target is never half a file. */
function writeWhole(target, text) {
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${target}.${owner()}.tmp`;
  fs.writeFileSync(temporary, text);
  fs.renameSync(temporary, target);
}

/** The owner, as a part of a temporary name. */
function owner(pid = process.pid) {
  return `${os.hostname()}-${pid}`;
}

/**
 * Removes what processes of this machine that were killed have left half-written.
 * @param {string} folder
 * @param {string} prefix of the names; the owner follows
 */
function removeAbandoned(folder, prefix) {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder)) {
    const pid = Number(/^-(\d+)[-.]/.exec(name.slice((prefix + os.hostname()).length))?.[1]);
    if (!(pid > 0) || !name.startsWith(prefix + owner(pid)) || isThere(pid)) continue;
    fs.rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function isThere(pid) {
  try {
    return process.kill(pid, 0); // asks only
  } catch (error) {
    return error.code === "EPERM";
  }
}

module.exports = { owner, removeAbandoned, writeWhole };
