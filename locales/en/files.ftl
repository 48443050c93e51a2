### Files, the folders of clients, and where files are stored.

executableFile = is a program: programs are not stored
notMediaType = is not a media type such as image/png
unsupportedFile = is not of a kind that is taken: { $kinds }
brokenPicture = cannot be read as a picture
pictureTooLarge = has more than { $max } pixels on a side
tooManyFiles = has too many files: at most { $max } for this type of document
systemFolder = Every client has this folder. It can only be changed for all of them.
folderNotEmpty = The folder is not empty. Remove its files and folders first.
folderCycle = must not be the folder itself or a folder inside it
folderTooDeep = would be too deep: folders are at most { $max } deep in each other
parentFolderHidden = The group cannot see the folder that this one is in.
administratorsSeeFolders = Administrators see every folder.
lastStorage = must be true: no other storage takes new files
storageUnreachable = does not work: { $cause }
storageSecretRequired = must be sent again, since the address changes
