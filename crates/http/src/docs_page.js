"use strict";

// Tokens stay with this tab: a reload keeps the sign-in, and closing the tab forgets it.
const KEPT = "back-office-tokens";

/** Finds operations by words: each of them must be in the group, path, method, id, summary or description. */
const search = () => ({
  fn: {
    opsFilter: (groups, phrase) => {
      const words = phrase.toLowerCase().split(/\s+/).filter(Boolean);
      const matches = (entry, group) => {
        const said = ["operationId", "summary", "description"].map((name) => entry.getIn(["operation", name], ""));
        const text = [group, entry.get("method"), entry.get("path"), ...said].join(" ").toLowerCase();
        return words.every((word) => text.includes(word));
      };
      const found = (group, name) =>
        group.update("operations", (operations) => operations.filter((entry) => matches(entry, name)));
      return groups.map(found).filter((group) => group.get("operations").size > 0);
    },
  },
  statePlugins: {
    layout: {
      wrapActions: {
        // What was found is shown, and not only the group that it is in. A letter or two are in nearly everything.
        updateFilter: (update, system) => (phrase) => {
          const isTelling = String(phrase || "").trim().length > 2;
          const groups = system.specSelectors.taggedOperations().keySeq();
          groups.forEach((group) => system.layoutActions.show(["operations-tag", group], isTelling));
          return update(phrase);
        },
      },
    },
  },
});

const ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#ui",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  filter: true,
  plugins: [search],
  validatorUrl: null,
  onComplete: () => {
    const input = document.querySelector("#ui .operation-filter-input");
    if (input) input.placeholder = "Find operations by word, such as “deposit method”";
    resume();
  },
});

const field = (id) => document.getElementById(id);
let awaited = null;

async function call(path, body, token) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = response.status === 204 ? null : await response.json();
  if (!response.ok) throw new Error(answer.error.message);
  return answer;
}

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT));
  } catch {
    return null;
  }
}

function show(tokens, text) {
  const isSignedIn = tokens !== null;
  field("sign-in").hidden = isSignedIn;
  field("sign-out").hidden = !isSignedIn;
  field("state").textContent = isSignedIn ? `Signed in until ${tokens.accessToken.expiresAt}.` : text;
}

function begin({ accessToken, refreshToken }) {
  const tokens = { accessToken, refreshToken };
  sessionStorage.setItem(KEPT, JSON.stringify(tokens));
  ui.preauthorizeApiKey("bearer", accessToken.token);
  show(tokens);
}

function end(text) {
  sessionStorage.removeItem(KEPT);
  ui.authActions.logout(["bearer"]);
  show(null, text);
}

/** Goes on with the sign-in from before a reload; a refresh token gets new tokens where the access token has expired. */
async function resume() {
  const tokens = kept();
  if (!tokens) return;
  try {
    const isValid = Date.parse(tokens.accessToken.expiresAt) > Date.now();
    begin(isValid ? tokens : await call("/api/v2/refresh", { refreshToken: tokens.refreshToken.token }));
  } catch {
    end("Signed out.");
  }
}

field("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const answer = awaited
      ? await call("/api/v2/2fa/confirm", { token: awaited, code: field("code").value })
      : await call("/api/v2/signin", { email: field("email").value, password: field("password").value });
    if (answer["2faRequired"]) {
      awaited = answer["2faDetails"].token;
      field("code").hidden = false;
      field("code").focus();
      field("state").textContent = "Enter the code.";
      return;
    }
    field("password").value = "";
    begin(answer);
  } catch (fault) {
    field("state").textContent = fault.message;
  }
  awaited = null;
  field("code").value = "";
  field("code").hidden = true;
});

field("sign-out").addEventListener("click", async () => {
  const tokens = kept();
  end("Signed out.");
  if (tokens) await call("/api/v2/signout", {}, tokens.accessToken.token).catch(() => {});
});
