"use strict";
/** Where the user stands: npm runs a script in the project's folder, also where it was called from another. */

/**
 * @param {string} script the npm script that this process is; in a process that another script started, the folder is
 *   what that script chose
 * @returns {string} the folder that relative paths of the command line mean
 */
function callerFolder(script) {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  return npm_lifecycle_event === script && INIT_CWD ? INIT_CWD : process.cwd();
}

module.exports = { callerFolder };
