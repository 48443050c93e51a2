// A provider to try sign-in by OIDC with. Everybody signs in with their e-mail address and any password, and is in the
// groups `staff` and, by the name before the `@`, one of their own.
//
// usage: node provider.mjs [PORT [REDIRECT_URI]]
import Provider from 'oidc-provider';

const [port = '4000', redirectUri = 'http://localhost:8080/signed-in'] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: 'backoffice', client_secret: 'a secret of the client', redirect_uris: [redirectUri] }],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
  // What is asked for by scopes stands in the ID token, as with most providers.
  conformIdTokenClaims: false,
  findAccount: (_, login) => ({
    accountId: login,
    claims: () => {
      const [name] = login.split('@');
      return { sub: login, email: login, email_verified: true, name, groups: ['staff', name] };
    },
  }),
});
provider.listen(Number(port), () => console.log(`Serving on ${issuer}`));
