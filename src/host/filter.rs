//! The system calls that the process forbids itself: everything that opens a network, and everything that reads other
//! processes or gets around this filter.
//!
//! Knows system call numbers. What a child process forbids itself on top is in `sandbox`. The list forbids rather than allows: a list of what
//! is allowed would have to name all that the C library may do in any version, and would fail on the worst day.

use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, sock_filter};

/// What answers "operation not permitted".
///
/// Sending and receiving are listed although no socket can be opened, for sockets that were inherited. Nothing in the
/// standard library needs any of these for files, pipes, threads or child processes.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
const DENIED: &[libc::c_long] = &[
    // sockets
    libc::SYS_socket,
    libc::SYS_socketpair,
    libc::SYS_connect,
    libc::SYS_bind,
    libc::SYS_listen,
    libc::SYS_accept,
    libc::SYS_accept4,
    libc::SYS_sendto,
    libc::SYS_sendmsg,
    libc::SYS_sendmmsg,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_recvmmsg,
    // io_uring opens sockets without any of the above
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // other processes: their memory and their descriptors
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    // the kernel: programs, modules, and what exploits are made of
    libc::SYS_bpf,
    libc::SYS_perf_event_open,
    libc::SYS_userfaultfd,
    libc::SYS_kexec_load,
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    // the kernel's key rings outlive the process
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
];

/// Not every processor has all of these calls, so there is no list for the others.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
const DENIED: &[libc::c_long] = &[];

/// Installs the filter for this process, its threads and its children, for good. System calls of another ABI end the
/// process: their numbers mean other calls.
///
/// # Errors
/// The reason, in words: a kernel without seccomp, or a processor for which there is no list.
pub fn install() -> Result<(), String> {
    let program = program()?;
    seccompiler::apply_filter_all_threads(&program).map_err(|error| error.to_string())
}

fn program() -> Result<BpfProgram, String> {
    let arch = arch().ok_or("there is no filter for this processor")?;
    let rules = DENIED.iter().map(|&call| (call, Vec::new())).collect();
    let refused = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refused, arch)
        .map_err(|error| error.to_string())?;
    let denying: BpfProgram = filter
        .try_into()
        .map_err(|error: seccompiler::BackendError| error.to_string())?;
    let mut program = before(arch);
    program.extend(denying);
    Ok(program)
}

pub(super) fn arch() -> Option<TargetArch> {
    if cfg!(target_arch = "x86_64") {
        Some(TargetArch::x86_64)
    } else if cfg!(target_arch = "aarch64") {
        Some(TargetArch::aarch64)
    } else {
        None
    }
}

/// What stands before the filter proper: on x86_64, the end of any process that uses the x32 ABI.
///
/// The filter proper ends processes that use 32-bit calls, because those come with another architecture. x32 calls do
/// not: they are x86_64 calls with bit 30 set, so `socket` has a second number that no rule would match. -1 is let
/// through; it is no system call but what a tracer puts in place of one that it skips (libseccomp does the same).
fn before(arch: TargetArch) -> BpfProgram {
    const X32: u32 = 0x4000_0000;
    const LOAD_NUMBER: u16 = 0x20; // BPF_LD | BPF_W | BPF_ABS; the number is at offset 0 of seccomp_data
    const IF_EQUAL: u16 = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    const IF_AT_LEAST: u16 = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    const RETURN: u16 = 0x06; // BPF_RET | BPF_K
    if arch != TargetArch::x86_64 {
        return Vec::new();
    }
    let op = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    vec![
        op(LOAD_NUMBER, 0, 0, 0),
        op(IF_EQUAL, 2, 0, u32::MAX),
        op(IF_AT_LEAST, 0, 1, X32),
        op(RETURN, 0, 0, libc::SECCOMP_RET_KILL_PROCESS),
    ]
}

#[cfg(test)]
#[allow(unsafe_code)]
mod tests {
    use super::*;
    use crate::host::tests::{assert_passed, child};
    use std::io::{Error, ErrorKind, Write};
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn behind_the_filter_there_are_no_sockets() {
        assert_passed(&child("host::filter::tests::child_tries_sockets"));
    }

    #[test]
    #[ignore = "runs in a child process: it takes the network from the process for good"]
    fn child_tries_sockets() {
        assert!(UnixStream::pair().is_ok(), "sockets work before");
        install().unwrap();
        let refused = |error: Error| assert_eq!(error.raw_os_error(), Some(libc::EPERM));
        refused(UdpSocket::bind("127.0.0.1:0").unwrap_err());
        refused(TcpListener::bind("[::1]:0").unwrap_err());
        refused(TcpStream::connect("127.0.0.1:9").unwrap_err());
        refused(UnixDatagram::unbound().unwrap_err());
        refused(UnixListener::bind("socket-of-coldvault").unwrap_err());
        refused(UnixStream::pair().unwrap_err());
        std::thread::spawn(move || refused(UnixStream::pair().unwrap_err()))
            .join()
            .unwrap();
    }

    #[test]
    fn behind_the_filter_every_listed_call_is_refused() {
        assert_passed(&child("host::filter::tests::child_tries_every_listed_call"));
    }

    #[test]
    #[ignore = "runs in a child process: it makes forbidden system calls"]
    fn child_tries_every_listed_call() {
        install().unwrap();
        for &call in DENIED {
            // SAFETY: the filter answers before the kernel looks at the arguments; were it not there, they are all 0.
            let answer = unsafe { libc::syscall(call, 0, 0, 0, 0, 0, 0) };
            let error = Error::last_os_error();
            assert_eq!(
                (answer, error.raw_os_error()),
                (-1, Some(libc::EPERM)),
                "call {call}"
            );
        }
    }

    /// The way to the network, to other processes and into the kernel, each tried in earnest: whether or not a list
    /// names it.
    fn tried() -> Vec<(&'static str, libc::c_long)> {
        let call = |number, arguments: [libc::c_long; 4]| {
            let [one, two, three, four] = arguments;
            // SAFETY: each call gets numbers, or the address of something that outlives it and is large enough.
            let answer = unsafe { libc::syscall(number, one, two, three, four, 0, 0) };
            if answer >= 0 {
                return 0;
            }
            Error::last_os_error().raw_os_error().unwrap_or(-1).into()
        };
        let mut room = [0_u64; 64];
        let address = room.as_mut_ptr() as libc::c_long;
        let piece = [address as u64, 8];
        let piece = piece.as_ptr() as libc::c_long;
        let me = libc::c_long::from(std::process::id());
        let families = [
            ("a local socket", libc::AF_UNIX),
            ("a socket", libc::AF_INET),
            ("a socket of IPv6", libc::AF_INET6),
            ("netlink", libc::AF_NETLINK),
            ("packets", libc::AF_PACKET),
            ("Bluetooth", libc::AF_BLUETOOTH),
            ("the host of a virtual machine", libc::AF_VSOCK),
            ("the kernel's ciphers", libc::AF_ALG),
        ];
        let kind = libc::SOCK_DGRAM.into();
        let sockets = families.map(|(name, family)| {
            let arguments = [family.into(), kind, 0, 0];
            (name, call(libc::SYS_socket, arguments))
        });
        let pair = [libc::AF_UNIX.into(), kind, 0, address];
        let read = [me, piece, 1, piece];
        let others = [
            ("a pair of sockets", call(libc::SYS_socketpair, pair)),
            (
                "io_uring",
                call(libc::SYS_io_uring_setup, [1, address, 0, 0]),
            ),
            (
                "ptrace",
                call(
                    libc::SYS_ptrace,
                    [libc::PTRACE_PEEKDATA.into(), me, address, 0],
                ),
            ),
            ("reading memory", call(libc::SYS_process_vm_readv, read)),
            ("writing memory", call(libc::SYS_process_vm_writev, read)),
            (
                "a program for the kernel",
                call(libc::SYS_bpf, [0, address, 64, 0]),
            ),
        ];
        [&sockets[..], &others].concat()
    }

    #[test]
    fn behind_the_filter_no_way_to_the_network_or_into_others_is_open() {
        assert_passed(&child("host::filter::tests::child_tries_every_way"));
    }

    #[test]
    #[ignore = "runs in a child process: it makes forbidden system calls"]
    fn child_tries_every_way() {
        let open = |tried: Vec<(&'static str, libc::c_long)>| -> Vec<&str> {
            let is_open = |(_, answer): &(&str, libc::c_long)| *answer == 0;
            tried
                .into_iter()
                .filter(is_open)
                .map(|(name, _)| name)
                .collect()
        };
        let before = open(tried());
        for name in ["a local socket", "a pair of sockets"] {
            assert!(before.contains(&name), "{name} works before: {before:?}");
        }
        install().unwrap();
        let refused = |(name, answer): (&str, libc::c_long)| {
            assert_eq!(answer, libc::c_long::from(libc::EPERM), "{name}");
        };
        tried().into_iter().for_each(refused);
        let other = std::thread::spawn(tried).join().unwrap();
        other.into_iter().for_each(refused);
        // A program that is started inherits it.
        let me = std::env::current_exe().unwrap();
        let test = "host::filter::tests::child_of_the_child_tries_every_way";
        let mut started = std::process::Command::new(me);
        started.args([
            "--exact",
            test,
            "--ignored",
            "--nocapture",
            "--test-threads=1",
        ]);
        assert_passed(&started.output().unwrap());
    }

    #[test]
    #[ignore = "runs in a child process of one that is filtered"]
    fn child_of_the_child_tries_every_way() {
        let refused = |(name, answer): (&str, libc::c_long)| {
            assert_eq!(answer, libc::c_long::from(libc::EPERM), "{name}");
        };
        tried().into_iter().for_each(refused);
    }

    #[test]
    fn behind_the_filter_files_threads_pipes_children_and_printing_work() {
        let output = child("host::filter::tests::child_does_ordinary_work");
        assert_passed(&output);
        assert!(String::from_utf8_lossy(&output.stdout).contains("printed behind the filter"));
    }

    #[test]
    #[ignore = "runs in a child process: it takes the network from the process for good"]
    fn child_does_ordinary_work() {
        install().unwrap();
        install().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut file = std::fs::File::create_new(&path).unwrap();
        file.write_all(b"written").unwrap();
        file.sync_all().unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"written");
        assert_eq!(
            std::fs::File::open("/definitely/not/there")
                .unwrap_err()
                .kind(),
            ErrorKind::NotFound
        );
        assert_eq!(std::thread::spawn(|| 6 * 7).join().unwrap(), 42);
        let me = std::env::current_exe().unwrap();
        assert!(
            std::process::Command::new(me)
                .arg("--list")
                .output()
                .unwrap()
                .status
                .success()
        );
        println!("printed behind the filter");
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn a_call_of_the_x32_abi_ends_the_process() {
        let output = child("host::filter::tests::child_uses_x32");
        assert_eq!(output.status.signal(), Some(libc::SIGSYS));
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    #[ignore = "runs in a child process: it is killed"]
    fn child_uses_x32() {
        install().unwrap();
        // SAFETY: getpid, in another ABI; it takes no arguments.
        unsafe { libc::syscall(0x4000_0000 | libc::SYS_getpid) };
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn a_call_of_the_32_bit_abi_ends_the_process() {
        let output = child("host::filter::tests::child_uses_32_bit_calls");
        // SIGSEGV where the kernel was built without that ABI: then there is nothing to forbid.
        assert!(
            [Some(libc::SIGSYS), Some(libc::SIGSEGV)].contains(&output.status.signal()),
            "{output:?}"
        );
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    #[ignore = "runs in a child process: it is killed"]
    fn child_uses_32_bit_calls() {
        install().unwrap();
        // SAFETY: number 20 is getpid in the 32-bit ABI; it takes no arguments and gives a number.
        unsafe {
            std::arch::asm!("int 0x80", inlateout("eax") 20 => _, out("r8") _, out("r9") _, out("r10") _, out("r11") _);
        }
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    fn a_call_that_a_tracer_skipped_is_no_reason_to_end() {
        assert_passed(&child("host::filter::tests::child_calls_minus_one"));
    }

    #[test]
    #[cfg(target_arch = "x86_64")]
    #[ignore = "runs in a child process: it takes the network from the process for good"]
    fn child_calls_minus_one() {
        install().unwrap();
        // SAFETY: there is no such call.
        let answer = unsafe { libc::syscall(-1) };
        assert_eq!(
            (answer, Error::last_os_error().raw_os_error()),
            (-1, Some(libc::ENOSYS))
        );
    }
}
