//! What the host has to say: the words for files that cannot be read or written.

use super::fs::{Failure, Kind, Why};
use crate::diagnostic::{Bilingual, Code, Diagnostic, say};
use std::io::{Error, ErrorKind};

impl Failure {
    /// As a message about something to read; `code` tells what it was wanted for.
    #[cold]
    pub fn unreadable(&self, code: Code) -> Diagnostic {
        let name = &self.name;
        if matches!(self.why, Why::TooLarge) {
            return Diagnostic::new(Code::TooLarge, say!("`{name}` is larger than 64 MiB", "`{name}` 超过 64 MiB")).arg("path", name);
        }
        let Bilingual { en, zh } = self.why.reading();
        Diagnostic::new(code, say!("`{name}` cannot be read: {en}", "无法读取 `{name}`：{zh}")).arg("path", name)
    }

    /// As a message about something to write.
    #[cold]
    pub fn unwritable(&self) -> Diagnostic {
        let (name, Bilingual { en, zh }) = (&self.name, self.why.writing());
        Diagnostic::new(Code::NotWritable, say!("`{name}` cannot be written: {en}", "无法写入 `{name}`：{zh}")).arg("path", name)
    }
}

impl Why {
    /// Why something cannot be read.
    pub fn reading(&self) -> Bilingual {
        match self {
            Why::System(error) if error.kind() == ErrorKind::PermissionDenied => say!("permission denied", "没有读取权限"),
            other => other.words(),
        }
    }

    fn writing(&self) -> Bilingual {
        match self {
            Why::System(error) if error.kind() == ErrorKind::PermissionDenied => say!("permission denied", "没有写入权限"),
            other => other.words(),
        }
    }

    fn words(&self) -> Bilingual {
        match self {
            Why::System(error) => of_system(error),
            Why::Kind(Kind::File) => say!("it is a file, not a folder", "这是文件，不是文件夹"),
            Why::Kind(Kind::Folder) => say!("it is a folder", "这是文件夹"),
            Why::Kind(Kind::Pipe) => say!("it is a pipe, not a file", "这是管道，不是文件"),
            Why::Kind(Kind::Socket) => say!("it is a socket, not a file", "这是套接字，不是文件"),
            Why::Kind(Kind::Device) => say!("it is a device, not a file", "这是设备，不是文件"),
            Why::TooLarge => say!("it is larger than 64 MiB", "超过 64 MiB"),
            Why::Dangling => say!("it is a link to something that does not exist", "链接指向的目标不存在"),
            Why::Circle => say!("its links lead in a circle", "链接相互指向，形成循环"),
            Why::ReadOnly => say!("it is read-only", "文件为只读"),
            Why::NoFolder(folder) => {
                let folder = folder.display();
                say!("there is no folder `{folder}`", "没有文件夹 `{folder}`")
            }
        }
    }
}

/// What a system answers, in both languages; its own words where it is nothing usual.
fn of_system(error: &Error) -> Bilingual {
    #[cfg(unix)]
    if error.raw_os_error() == Some(libc::ELOOP) {
        return Why::Circle.words();
    }
    match error.kind() {
        ErrorKind::NotFound => say!("no such file", "没有该文件"),
        ErrorKind::IsADirectory => say!("it is a folder", "这是文件夹"),
        ErrorKind::NotADirectory => say!("a part of its path is a file, not a folder", "路径中有一段是文件而不是文件夹"),
        ErrorKind::InvalidFilename => say!("its name is too long or not allowed here", "名称过长或不被允许"),
        ErrorKind::StorageFull => say!("no space is left", "空间已满"),
        ErrorKind::QuotaExceeded => say!("the quota is used up", "配额已用完"),
        ErrorKind::FileTooLarge => say!("files may not become that large here", "超过允许的文件大小"),
        ErrorKind::ReadOnlyFilesystem => say!("the file system is read-only", "文件系统为只读"),
        ErrorKind::WouldBlock => say!("it gives no data now and would keep the reader waiting", "目前没有数据，读取会一直等待"),
        _ => Bilingual::same(error.to_string()),
    }
}
