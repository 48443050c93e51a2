use crate::value::{FaultCode, text_enum};

text_enum! {
    /// The rules of files and folders.
    FilesFault {
        /// Programs are not stored, whatever they are called.
        ExecutableFile = "executableFile",
        /// A text that is no media type.
        NotMediaType = "notMediaType",
        /// By its content, the file is none of the `kinds` that are taken.
        UnsupportedFile = "unsupportedFile",
        /// The picture cannot be read.
        BrokenPicture = "brokenPicture",
        /// The picture has more than `max` pixels on a side.
        PictureTooLarge = "pictureTooLarge",
        /// A document has at most `max` files.
        TooManyFiles = "tooManyFiles",
        /// A folder of all clients is not changed for one of them.
        SystemFolder = "systemFolder",
        /// A folder goes when nothing is in it.
        FolderNotEmpty = "folderNotEmpty",
        /// A folder is not moved into itself or below itself.
        FolderCycle = "folderCycle",
        /// Folders are at most `max` deep in each other.
        FolderTooDeep = "folderTooDeep",
        /// Whoever may not see a folder may not see what is in it.
        ParentFolderHidden = "parentFolderHidden",
        /// Administrators see every folder.
        AdministratorsSeeFolders = "administratorsSeeFolders",
        /// New files need an enabled storage.
        LastStorage = "lastStorage",
        /// The storage cannot be reached with these settings; `cause` says why.
        StorageUnreachable = "storageUnreachable",
        /// The secret key is sent again where the files would go somewhere else.
        StorageSecretRequired = "storageSecretRequired",
    }
}

impl FaultCode for FilesFault {
    const ALL: &'static [Self] = Self::ALL;

    fn text(self) -> &'static str {
        self.as_str()
    }
}
