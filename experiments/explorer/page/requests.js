/** Requests to the server. If it refuses one, its one line is thrown. */

/** @param {string} path @param {unknown} body @returns {Promise<Response>} */
export async function post(path, body) {
  return answered(
    fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

/** @param {File} file @returns {Promise<Response>} */
export async function upload(file) {
  return answered(fetch(`/api/upload?name=${encodeURIComponent(file.name)}`, { method: "POST", body: file }));
}

/** @param {string} path */
export async function getJson(path) {
  return (await answered(fetch(path))).json();
}

/** @param {Promise<Response>} request @returns {Promise<Response>} */
async function answered(request) {
  let response;
  try {
    response = await request;
  } catch {
    throw new Error("The explorer's server does not answer: is it still running?");
  }
  if (response.ok) return response;
  const { error } = await response.json().catch(() => ({}));
  throw new Error(error ?? `The server answered ${response.status}.`);
}
