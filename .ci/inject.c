// Runs a program and spoils one of its system calls: built and called by .ci/faults. Linux on x86_64 only.
//
//   inject -o REPORT [-b BASE] [-p PLACE | -x PLACE] -l PROGRAM ARGUMENTS...
//                                                                       only lists the calls
//   inject -o REPORT [-b BASE] [-p PLACE | -x PLACE] -c CLASS -n N -f FAULT PROGRAM ARGUMENTS...
//                                                                       spoils the N-th call of CLASS
//
// With -p, which may be given several times, only calls that touch what lies at a PLACE or below it are counted, with -x
// only those that do not.
//
// Unlike strace it counts over all threads, it can make a call do half of what was asked (short writes and reads), and it
// can go on with everything that touches the same medium, the directory below BASE that the spoiled call touched.
//
// CLASS  open-write write flush rename link mkdir remove truncate open-read read list look chmod close
// FAULT  EIO ENOSPC EROFS EINTR EACCES EINVAL EMFILE   the call is not made and answers so
//        short     it is made with half of the length
//        kill      SIGKILL before it is made
//        dead      it and all later calls on the same medium answer EIO
//        readonly  it and all later calls that would change the same medium answer EROFS
//        full      it and all later calls that would need room on the same medium answer ENOSPC
//        halves    it and all later calls of its class are made with half of the length
//
// REPORT gets a line "CLASS N PATH" for each call (-l), or for the one that was spoiled. The exit status is the program's,
// 128 + the signal when one ended it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OPEN_WRITE, WRITE, FLUSH, RENAME, LINK, MKDIR, REMOVE, TRUNCATE, OPEN_READ, READ, LIST, LOOK, CHMOD, CLOSE, CLASSES, NONE };
static const char *const names[] = {"open-write", "write", "flush", "rename", "link", "mkdir", "remove", "truncate",
                                    "open-read", "read", "list", "look", "chmod", "close"};

// Where a call says what it touches: a descriptor, a path, a path relative to a descriptor.
enum { FD, PATH, AT };
struct call { long number; int class, where; };
static const struct call calls[] = {
    {SYS_write, WRITE, FD}, {SYS_pwrite64, WRITE, FD}, {SYS_writev, WRITE, FD}, {SYS_pwritev, WRITE, FD},
    {SYS_pwritev2, WRITE, FD}, {SYS_sendfile, WRITE, FD}, {SYS_fallocate, TRUNCATE, FD}, {SYS_ftruncate, TRUNCATE, FD},
    {SYS_truncate, TRUNCATE, PATH}, {SYS_fsync, FLUSH, FD}, {SYS_fdatasync, FLUSH, FD}, {SYS_syncfs, FLUSH, FD},
    {SYS_sync_file_range, FLUSH, FD}, {SYS_msync, FLUSH, FD}, {SYS_rename, RENAME, PATH}, {SYS_renameat, RENAME, AT},
    {SYS_renameat2, RENAME, AT}, {SYS_link, LINK, PATH}, {SYS_linkat, LINK, AT}, {SYS_symlink, LINK, PATH},
    {SYS_mkdir, MKDIR, PATH}, {SYS_mkdirat, MKDIR, AT}, {SYS_mknod, MKDIR, PATH}, {SYS_mknodat, MKDIR, AT},
    {SYS_unlink, REMOVE, PATH}, {SYS_unlinkat, REMOVE, AT}, {SYS_rmdir, REMOVE, PATH}, {SYS_read, READ, FD},
    {SYS_pread64, READ, FD}, {SYS_readv, READ, FD}, {SYS_preadv, READ, FD}, {SYS_preadv2, READ, FD},
    {SYS_getdents64, LIST, FD}, {SYS_stat, LOOK, PATH}, {SYS_lstat, LOOK, PATH}, {SYS_fstat, LOOK, FD},
    {SYS_newfstatat, LOOK, AT}, {SYS_statx, LOOK, AT}, {SYS_statfs, LOOK, PATH}, {SYS_fstatfs, LOOK, FD},
    {SYS_access, LOOK, PATH}, {SYS_faccessat, LOOK, AT}, {SYS_faccessat2, LOOK, AT}, {SYS_readlink, LOOK, PATH},
    {SYS_readlinkat, LOOK, AT}, {SYS_lseek, LOOK, FD}, {SYS_fadvise64, LOOK, FD}, {SYS_getxattr, LOOK, PATH},
    {SYS_fgetxattr, LOOK, FD}, {SYS_chmod, CHMOD, PATH}, {SYS_fchmod, CHMOD, FD}, {SYS_fchmodat, CHMOD, AT},
    {SYS_fchown, CHMOD, FD}, {SYS_fchownat, CHMOD, AT}, {SYS_utimensat, CHMOD, AT}, {SYS_close, CLOSE, FD},
    {SYS_openat, OPEN_READ, AT}, {SYS_openat2, OPEN_READ, AT}, {SYS_open, OPEN_READ, PATH}, {SYS_creat, OPEN_WRITE, PATH},
};

struct fault { const char *name; int error; };
static const struct fault errors[] = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EROFS", EROFS}, {"EINTR", EINTR},
    {"EACCES", EACCES}, {"EINVAL", EINVAL}, {"EMFILE", EMFILE}, {"dead", EIO}, {"readonly", EROFS}, {"full", ENOSPC}};

// What the loader does before the program begins is not the program's doing.
static const char *const loader[] = {"/lib/", "/lib64/", "/usr/lib/", "/etc/ld.so"};

#define THREADS 1024
static struct { pid_t id; bool inside; long answer; } threads[THREADS];
static int known;

static FILE *report;
#define PLACES 8
static const char *base, *places[PLACES], *except, *fault;
static int placed;
static int wanted = NONE, error;
static long position, seen[CLASSES];
static bool listing, hit;
static char medium[4096];

static void die(const char *what) {
  perror(what);
  exit(125);
}

static int thread(pid_t id) {
  for (int i = 0; i < known; i++)
    if (threads[i].id == id) return i;
  if (known == THREADS) { errno = EAGAIN; die("inject: too many threads"); }
  threads[known].id = id;
  return known++;
}

static void text_at(pid_t id, unsigned long from, char *to, size_t room) {
  size_t done = 0;
  while (from != 0 && done + sizeof(long) < room) {
    errno = 0;
    long word = ptrace(PTRACE_PEEKDATA, id, from + done, 0);
    if (errno != 0) break;
    memcpy(to + done, &word, sizeof word);
    if (memchr(&word, 0, sizeof word) != NULL) return;
    done += sizeof word;
  }
  to[done] = 0;
}

// The path behind a link of /proc, or "" where it cannot be read.
static void behind(const char *link, char *to, size_t room) {
  ssize_t length = readlink(link, to, room - 1);
  to[length < 0 ? 0 : length] = 0;
}

static void of_descriptor(pid_t id, int fd, char *to, size_t room) {
  char link[64];
  if (fd == AT_FDCWD) snprintf(link, sizeof link, "/proc/%d/cwd", id);
  else snprintf(link, sizeof link, "/proc/%d/fd/%d", id, fd);
  behind(link, to, room);
}

static void path_of(pid_t id, const struct call *call, const struct user_regs_struct *regs, char *to, size_t room) {
  char name[4096] = "";
  int dir = AT_FDCWD;
  if (call->where == FD) {
    of_descriptor(id, (int)regs->rdi, to, room);
    return;
  }
  if (call->where == AT) dir = (int)regs->rdi;
  text_at(id, call->where == AT ? regs->rsi : regs->rdi, name, sizeof name);
  if (name[0] == '/') {
    snprintf(to, room, "%s", name);
    return;
  }
  of_descriptor(id, dir, to, room);
  size_t length = strlen(to);
  if (name[0] != 0) snprintf(to + length, room - length, "/%s", name);
}

static bool begins(const char *text, const char *with) { return strncmp(text, with, strlen(with)) == 0; }

static int class_of(pid_t id, const struct call *call, const struct user_regs_struct *regs) {
  long flags = 0;
  if (call->number == SYS_openat) flags = regs->rdx;
  else if (call->number == SYS_open) flags = regs->rsi;
  else if (call->number == SYS_openat2) flags = ptrace(PTRACE_PEEKDATA, id, regs->rdx, 0);
  else return call->class;
  return (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0 ? OPEN_WRITE : OPEN_READ;
}

static bool in_place(const char *path) {
  for (int i = 0; i < placed; i++)
    if (begins(path, places[i])) return true;
  return placed == 0;
}

static bool changes(int class) { return class <= TRUNCATE || class == CHMOD; }
static bool needs_room(int class) { return class == OPEN_WRITE || class == WRITE || class == MKDIR || class == TRUNCATE; }

// Remembers the medium that the spoiled call touched.
static void remember(const char *path) {
  snprintf(medium, sizeof medium, "%s", path);
  if (base == NULL || !begins(path, base) || path[strlen(base)] != '/') return;
  char *end = strchr(medium + strlen(base) + 1, '/');
  if (end != NULL) *end = 0;
}

static bool on_medium(const char *path) {
  size_t length = strlen(medium);
  return length > 0 && strncmp(path, medium, length) == 0 && (path[length] == 0 || path[length] == '/');
}

// Whether this later call is spoiled too.
static bool goes_on(int class, const char *path) {
  if (strcmp(fault, "halves") == 0) return class == wanted;
  if (!on_medium(path)) return false;
  // a file that is closed is closed
  if (strcmp(fault, "dead") == 0) return class != CLOSE;
  if (strcmp(fault, "readonly") == 0) return changes(class);
  return strcmp(fault, "full") == 0 && needs_room(class);
}

static bool lasts(void) {
  return strcmp(fault, "dead") == 0 || strcmp(fault, "readonly") == 0 || strcmp(fault, "full") == 0 || strcmp(fault, "halves") == 0;
}

// At the entry of a call.
static void enters(pid_t id, int which) {
  struct user_regs_struct regs;
  char path[8192] = "";
  const struct call *call = NULL;
  threads[which].answer = 0;
  if (ptrace(PTRACE_GETREGS, id, 0, &regs) != 0) return;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (calls[i].number == (long)regs.orig_rax) call = &calls[i];
  if (call == NULL) return;
  int class = class_of(id, call, &regs);
  if (!listing && !lasts() && class != wanted) return;
  path_of(id, call, &regs, path, sizeof path);
  for (size_t i = 0; i < sizeof loader / sizeof *loader; i++)
    if (begins(path, loader[i])) return;
  bool counts = in_place(path) && (except == NULL || !begins(path, except));
  long now = counts ? ++seen[class] : 0;
  if (listing && !counts) return;
  if (listing) {
    fprintf(report, "%s %ld %s\n", names[class], now, path);
    return;
  }
  if (!hit && class == wanted && counts && now == position) {
    hit = true;
    fprintf(report, "%s %ld %s\n", names[class], now, path);
    remember(path);
  } else if (!(hit && lasts() && goes_on(class, path))) {
    return;
  }
  if (strcmp(fault, "kill") == 0) {
    kill(id, SIGKILL);
  } else if (strcmp(fault, "short") == 0 || strcmp(fault, "halves") == 0) {
    if (regs.rdx > 1 && call->number != SYS_writev && call->number != SYS_readv) regs.rdx /= 2;
    ptrace(PTRACE_SETREGS, id, 0, &regs);
  } else {
    regs.orig_rax = -1;
    ptrace(PTRACE_SETREGS, id, 0, &regs);
    threads[which].answer = -error;
  }
}

static void leaves(pid_t id, int which) {
  struct user_regs_struct regs;
  if (threads[which].answer == 0 || ptrace(PTRACE_GETREGS, id, 0, &regs) != 0) return;
  regs.rax = threads[which].answer;
  ptrace(PTRACE_SETREGS, id, 0, &regs);
}

static int watch(pid_t child) {
  int status, ended = 125;
  for (;;) {
    pid_t id = waitpid(-1, &status, __WALL);
    if (id < 0) return ended;
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (id == child) ended = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
      continue;
    }
    int which = thread(id), signal = WSTOPSIG(status), deliver = 0;
    if (signal == (SIGTRAP | 0x80)) {
      threads[which].inside = !threads[which].inside;
      if (threads[which].inside) enters(id, which);
      else leaves(id, which);
    } else if (signal == SIGTRAP || signal == SIGSTOP) {
      // events of ptrace itself, and the stop with which a new thread begins
    } else {
      deliver = signal;
    }
    bool is_done = hit && !lasts() && !(threads[which].inside && threads[which].answer != 0);
    ptrace(is_done ? PTRACE_CONT : PTRACE_SYSCALL, id, 0, deliver);
  }
}

int main(int count, char **words) {
  int option;
  while ((option = getopt(count, words, "+o:b:p:x:lc:n:f:")) != -1) {
    if (option == 'o') report = fopen(optarg, "we");
    else if (option == 'b') base = optarg;
    else if (option == 'p' && placed < PLACES) places[placed++] = optarg;
    else if (option == 'x') except = optarg;
    else if (option == 'l') listing = true;
    else if (option == 'n') position = atol(optarg);
    else if (option == 'f') fault = optarg;
    else if (option == 'c') {
      for (int i = 0; i < CLASSES; i++)
        if (strcmp(names[i], optarg) == 0) wanted = i;
    } else return 125;
  }
  if (fault != NULL)
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
      if (strcmp(errors[i].name, fault) == 0) error = errors[i].error;
  if (report == NULL || optind == count || (!listing && (wanted == NONE || position < 1 || fault == NULL))) {
    fprintf(stderr, "inject: see the head of its source\n");
    return 125;
  }
  pid_t child = fork();
  if (child < 0) die("inject: fork");
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) die("inject: ptrace");
    raise(SIGSTOP);
    execvp(words[optind], words + optind);
    die("inject: the program");
  }
  int status;
  if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status)) return 125;
  long follow = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
  if (ptrace(PTRACE_SETOPTIONS, child, 0, follow) != 0) die("inject: ptrace");
  thread(child);
  ptrace(PTRACE_SYSCALL, child, 0, 0);
  status = watch(child);
  fclose(report);
  return status;
}
