// What a browser does between the page of the back office and its redirect address: signs in at the provider as LOGIN, agrees, and
// prints where the provider leads.
//
// usage: node browser.mjs URL LOGIN
const [start, login] = process.argv.slice(2);
const cookies = new Map();

async function visit(url, form) {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  const body = form && new URLSearchParams(form);
  const answer = await fetch(url, { method: form ? 'POST' : 'GET', headers, body, redirect: 'manual' });
  for (const cookie of answer.headers.getSetCookie()) {
    const [name, value] = cookie.split(';')[0].split('=');
    cookies.set(name, value);
  }
  return answer;
}

let answer = await visit(start);
for (let step = 0; step < 20; step += 1) {
  const location = answer.headers.get('location');
  if (location) {
    const next = new URL(location, answer.url);
    if (next.searchParams.has('code') || next.searchParams.has('error')) {
      console.log(next.href);
      process.exit(0);
    }
    answer = await visit(next);
  } else {
    const page = await answer.text();
    const action = page.match(/<form[^>]* action="([^"]+)"/)?.[1];
    const prompt = page.match(/name="prompt" value="([^"]+)"/)?.[1];
    if (!action || !prompt) throw new Error(`no form at ${answer.url}: ${answer.status} ${page}`);
    answer = await visit(new URL(action, answer.url), { prompt, login, password: 'any' });
  }
}
throw new Error('the provider leads nowhere');
