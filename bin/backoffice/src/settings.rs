//! Where settings come from: flags, then the environment, then the configuration file, then what is given.
//!
//! A setting is a flag that the environment can give, too; the file names it as the long flag does. What the file says becomes
//! the default of the flag, so that clap reads and ranks all of them, and no second list of settings is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use clap::builder::Resettable;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory as _, FromArgMatches as _};

use crate::arguments::Arguments;

/// The command line with its settings.
pub struct Given {
    pub arguments: Arguments,
    pub sources: Sources,
}

/// Why there are none.
pub enum Refusal {
    /// The command line or the environment is wrong, or asks for help.
    Usage(clap::Error),
    /// The file is wrong.
    File(String),
}

impl From<clap::Error> for Refusal {
    fn from(error: clap::Error) -> Self {
        Self::Usage(error)
    }
}

/// Reads the command line, the environment and the file that either names.
pub fn read(line: Vec<OsString>) -> Result<Given, Refusal> {
    let command = Arguments::command();
    let settings = settings_of(&command);
    let matches = command.clone().try_get_matches_from(&line)?;
    let Some(path) = matches.get_one::<PathBuf>("config").cloned() else {
        let sources = Sources::of(&matches, &settings, None);
        return Ok(Given { arguments: Arguments::from_arg_matches(&matches)?, sources });
    };
    let file = ConfigFile::read(&path, &settings).map_err(Refusal::File)?;
    let matches = with_defaults(command, &file.values).try_get_matches_from(line)?;
    let sources = Sources::of(&matches, &settings, Some(&file));
    Ok(Given { arguments: Arguments::from_arg_matches(&matches)?, sources })
}

/// The first line of an error, which says it all.
pub fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    // What is wrong stands before the first empty line; the arguments that are missing, each in one of their own.
    let lines: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    let line = lines.join(" ");
    line.strip_prefix("error: ").unwrap_or(&line).to_owned()
}

/// Whether the environment and a file can give it. The file is named by other means than itself.
fn is_setting(argument: &Arg) -> bool {
    argument.get_env().is_some() && argument.get_long().is_some() && argument.get_id() != "config"
}

/// All settings of a command and of those below it, by their long flags.
fn settings_of(command: &Command) -> BTreeMap<String, Arg> {
    let own = command.get_arguments().filter(|argument| is_setting(argument));
    let own = own.filter_map(|argument| Some((argument.get_long()?.to_owned(), argument.clone())));
    own.chain(command.get_subcommands().flat_map(settings_of)).collect()
}

/// The command where the values of the file are the defaults.
fn with_defaults(mut command: Command, values: &BTreeMap<String, Vec<String>>) -> Command {
    let settings: Vec<Arg> = command.get_arguments().filter(|argument| is_setting(argument)).cloned().collect();
    for setting in settings {
        let Some(values) = setting.get_long().and_then(|name| values.get(name)) else { continue };
        let is_secret = setting.is_hide_env_values_set();
        command = command.mut_arg(setting.get_id().as_str(), |argument| {
            argument.default_values(values.clone()).hide_default_value(is_secret)
        });
    }
    let below: Vec<String> = command.get_subcommands().map(|command| command.get_name().to_owned()).collect();
    below.into_iter().fold(command, |command, name| command.mut_subcommand(name, |below| with_defaults(below, values)))
}

/// What a configuration file says.
struct ConfigFile {
    path: PathBuf,
    /// By the long flags.
    values: BTreeMap<String, Vec<String>>,
    /// The secrets in it that everybody on the machine can read.
    exposed: Vec<String>,
}

impl ConfigFile {
    /// Reads a file, whose values must be right. The error is one line.
    fn read(path: &Path, settings: &BTreeMap<String, Arg>) -> Result<Self, String> {
        let wrong = |text: String| format!("{}: {text}", path.display());
        let text = fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        let table: toml::Table = text.parse().map_err(|error| wrong(told(&error, &text)))?;
        let mut values = BTreeMap::new();
        for (name, value) in table {
            let setting = settings.get(&name).ok_or_else(|| wrong(format!("there is no setting {name}")))?;
            let takes_several = setting.get_value_delimiter().is_some();
            let texts =
                texts_of(value, takes_several).map_err(|expected| wrong(format!("{name} must be {expected}")))?;
            if !texts.is_empty() {
                values.insert(name, texts);
            }
        }
        check(&values, settings).map_err(|error| wrong(first_line(&error)))?;
        let is_secret = |name: &&String| settings.get(*name).is_some_and(Arg::is_hide_env_values_set);
        let exposed = if can_all_read(path) { values.keys().filter(is_secret).cloned().collect() } else { Vec::new() };
        Ok(Self { path: path.to_owned(), values, exposed })
    }
}

/// Where the text is no TOML. The text itself may hold secrets.
fn told(error: &toml::de::Error, text: &str) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    format!("line {line}: {}", error.message().replace('\n', " "))
}

/// The texts of a value, as flags have them, or what is expected of it.
fn texts_of(value: toml::Value, takes_several: bool) -> Result<Vec<String>, &'static str> {
    match value {
        toml::Value::String(text) => Ok(vec![text]),
        toml::Value::Integer(number) => Ok(vec![number.to_string()]),
        toml::Value::Boolean(value) => Ok(vec![value.to_string()]),
        toml::Value::Array(values) if takes_several => {
            let texts: Result<Vec<_>, _> = values.into_iter().map(|value| texts_of(value, false)).collect();
            Ok(texts.map_err(|_| "a list of texts")?.concat())
        }
        // A binary fraction is not what was written.
        toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Array(_) | toml::Value::Table(_) => {
            Err(if takes_several { "a text or a list of texts" } else { "a text or a whole number" })
        }
    }
}

/// Holds that each value is one of its setting, whichever command is run.
fn check(values: &BTreeMap<String, Vec<String>>, settings: &BTreeMap<String, Arg>) -> Result<(), clap::Error> {
    let alone = settings.values().cloned().map(|setting| setting.env(Resettable::<clap::builder::OsStr>::Reset));
    let command = Command::new("settings").no_binary_name(true).disable_help_flag(true).args(alone);
    let flags = values.iter().flat_map(|(name, texts)| texts.iter().map(move |text| format!("--{name}={text}")));
    command.try_get_matches_from(flags).map(drop)
}

/// Whether everybody on the machine can read a file.
fn can_all_read(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        const OTHERS_READ: u32 = 0o004;
        fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & OTHERS_READ != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Which settings come from where, by their names.
#[derive(Default)]
pub struct Sources {
    flags: BTreeSet<String>,
    environment: BTreeSet<String>,
    file: Option<(PathBuf, BTreeSet<String>)>,
    exposed: Vec<String>,
}

impl Sources {
    fn of(matches: &ArgMatches, settings: &BTreeMap<String, Arg>, file: Option<&ConfigFile>) -> Self {
        let mut sources = Self {
            file: file.map(|file| (file.path.clone(), BTreeSet::new())),
            exposed: file.map(|file| file.exposed.clone()).unwrap_or_default(),
            ..Self::default()
        };
        let mut level = Some(matches);
        while let Some(matches) = level {
            for (name, setting) in settings {
                let id = setting.get_id().as_str();
                if matches.ids().any(|known| known == id) {
                    sources.note(name, matches.value_source(id), file);
                }
            }
            level = matches.subcommand().map(|(_, below)| below);
        }
        sources
    }

    fn note(&mut self, name: &str, source: Option<ValueSource>, file: Option<&ConfigFile>) {
        let is_in_file = file.is_some_and(|file| file.values.contains_key(name));
        let of_file = self.file.as_mut().filter(|_| is_in_file).map(|(_, names)| names);
        let names = match source {
            Some(ValueSource::CommandLine) => Some(&mut self.flags),
            Some(ValueSource::EnvVariable) => Some(&mut self.environment),
            Some(ValueSource::DefaultValue) => of_file,
            // clap may tell more sources one day.
            Some(_) | None => None,
        };
        if let Some(names) = names {
            names.insert(name.to_owned());
        }
    }

    /// Says what is wrong with how secrets are kept.
    pub fn warn(&self) {
        if let (Some((path, _)), false) = (&self.file, self.exposed.is_empty()) {
            let (path, exposed) = (path.display(), self.exposed.join(", "));
            log::warn!("{path} can be read by everybody on this machine, and holds secrets: {exposed}");
        }
    }
}

/// The names, and no value.
impl fmt::Display for Sources {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let mut parts = Vec::new();
        if !self.flags.is_empty() {
            parts.push(format!("{} by flags", listed(&self.flags)));
        }
        if !self.environment.is_empty() {
            parts.push(format!("{} by the environment", listed(&self.environment)));
        }
        if let Some((path, names)) = self.file.as_ref().filter(|(_, names)| !names.is_empty()) {
            parts.push(format!("{} by {}", listed(names), path.display()));
        }
        parts.push(if parts.is_empty() { "all by default".into() } else { "the others by default".into() });
        f.write_str(&parts.join(", "))
    }
}
