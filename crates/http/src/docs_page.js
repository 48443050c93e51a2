"use strict";

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  validatorUrl: null,
});

const field = (id) => document.getElementById(id);
let awaited = null;

async function call(path, body) {
  const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

field("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const state = field("state");
  try {
    const answer = awaited
      ? await call("/api/v2/2fa/confirm", { token: awaited, code: field("code").value })
      : await call("/api/v2/signin", { email: field("email").value, password: field("password").value });
    if (answer["2faRequired"]) {
      awaited = answer["2faDetails"].token;
      field("code").hidden = false;
      field("code").focus();
      state.textContent = "Enter the code.";
      return;
    }
    awaited = null;
    field("code").hidden = true;
    field("password").value = "";
    ui.preauthorizeApiKey("bearer", answer.accessToken.token);
    state.textContent = `Signed in until ${answer.accessToken.expiresAt}.`;
  } catch (fault) {
    awaited = null;
    field("code").hidden = true;
    state.textContent = fault.message;
  }
});
