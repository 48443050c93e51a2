//! A URL of PostgreSQL for its programs: as a service of a file that this user alone reads, with the password in the
//! environment. On a command line, everybody on the machine would see it.

use std::io::Write as _;
use std::process::Command;

use percent_encoding::percent_decode_str;
use tempfile::NamedTempFile;

use crate::error::Error;

/// The name in the file.
const SERVICE: &str = "backoffice";

/// How PostgreSQL's programs connect. The file goes with it.
pub(crate) struct Service {
    file: NamedTempFile,
    password: Option<String>,
}

impl Service {
    pub fn of(url: &str) -> Result<Self, Error> {
        let mut settings = settings(url)?;
        let mut password = None;
        settings.retain(|(name, value)| {
            let is_password = name == "password";
            if is_password {
                password = Some(value.clone());
            }
            !is_password
        });
        let mut text = format!("[{SERVICE}]\n");
        for (name, value) in settings {
            if [&name, &value].iter().any(|text| text.contains(['\n', '\r'])) {
                return Err(Error::Url(format!("the value of {name} must stand in one line")));
            }
            text.extend([name.as_str(), "=", value.as_str(), "\n"]);
        }
        let unwritable = |error: std::io::Error| Error::Place { path: std::env::temp_dir(), cause: error };
        let mut file = NamedTempFile::new().map_err(unwritable)?;
        file.write_all(text.as_bytes()).map_err(unwritable)?;
        Ok(Self { file, password })
    }

    /// A program that connects so, and asks nobody for a password.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.args(["--no-password", &format!("--dbname=service={SERVICE}")]);
        command.env("PGSERVICEFILE", self.file.path());
        if let Some(password) = &self.password {
            command.env("PGPASSWORD", password);
        }
        command
    }
}

/// The settings in a URL, as libpq reads it.
fn settings(url: &str) -> Result<Vec<(String, String)>, Error> {
    let (_, rest) = url.split_once("://").ok_or_else(|| Error::Url("it has no scheme".into()))?;
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = place.split_once('/').unwrap_or((place, ""));
    let (user, hosts) = authority.split_once('@').map_or(("", authority), |(user, hosts)| (user, hosts));
    let (user, password) = user.split_once(':').unwrap_or((user, ""));
    let (mut names, mut ports) = (Vec::new(), Vec::new());
    for host in hosts.split(',') {
        let (name, port) = match host.strip_prefix('[').and_then(|host| host.split_once(']')) {
            Some((name, port)) => (name, port.strip_prefix(':').unwrap_or(port)),
            None => host.split_once(':').unwrap_or((host, "")),
        };
        names.push(name);
        ports.push(port);
    }
    let (names, ports) = (names.join(","), ports.join(","));
    let mut found = Vec::new();
    let parts = [("user", user), ("password", password), ("host", &names), ("port", &ports), ("dbname", database)];
    for (name, value) in parts {
        // Commas alone: none of several hosts has one.
        if !value.trim_matches(',').is_empty() {
            found.push((name.to_owned(), decoded(value)?));
        }
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(|| Error::Url(format!("{pair} has no value")))?;
        let (name, value) = (decoded(name)?, decoded(value)?);
        // What the query says wins.
        found.retain(|(earlier, _)| *earlier != name);
        found.push((name, value));
    }
    Ok(found)
}

fn decoded(text: &str) -> Result<String, Error> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| Error::Url("it is not UTF-8".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(url: &str) -> String {
        let settings = settings(url).unwrap();
        settings.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_url_is_read_as_libpq_reads_it() {
        for (url, expected) in [
            ("postgres://ann:s%40cret@db/books", "user=ann password=s@cret host=db dbname=books"),
            ("postgresql://db:5433", "host=db port=5433"),
            ("postgres:///books?host=/run/postgresql", "dbname=books host=/run/postgresql"),
            ("postgres://ann@/books?host=/tmp&password=x", "user=ann dbname=books host=/tmp password=x"),
            ("postgres://[::1]:5433,other/books", "host=::1,other port=5433, dbname=books"),
            (
                "postgres://a,b/books?target_session_attrs=read-write",
                "host=a,b dbname=books target_session_attrs=read-write",
            ),
            (
                "postgres://db/books?sslmode=verify-full&sslrootcert=/etc/ca%20.pem",
                "host=db dbname=books sslmode=verify-full sslrootcert=/etc/ca .pem",
            ),
            ("postgres://db/books?host=other", "dbname=books host=other"),
        ] {
            assert_eq!(told(url), expected, "{url}");
        }
    }

    #[test]
    fn neither_password_nor_place_stands_on_the_command_line() {
        let service = Service::of("postgres://ann:hidden@db.example.com/books").unwrap();
        let command = service.command("pg_dump");
        let arguments: Vec<&str> = command.get_args().map(|argument| argument.to_str().unwrap()).collect();
        assert_eq!(arguments, ["--no-password", "--dbname=service=backoffice"]);
        let file = std::fs::read_to_string(service.file.path()).unwrap();
        assert_eq!(file, "[backoffice]\nuser=ann\nhost=db.example.com\ndbname=books\n");
    }

    #[test]
    fn a_value_cannot_add_a_line() {
        assert!(matches!(Service::of("postgres://db/books?application_name=a%0Ahost=b"), Err(Error::Url(_))));
    }
}
