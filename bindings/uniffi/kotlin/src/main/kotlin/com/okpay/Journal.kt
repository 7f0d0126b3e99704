package com.okpay

import com.okpay.core.CoreFileJournal
import com.okpay.models.CallOutcome
import java.io.File
import java.nio.file.Path
import java.time.Instant

/** The intent of one call, the same on every try. */
public data class JournaledCall(
    /** The operation, such as `payments.create`. */
    public val operation: String,
    /** `POST`, for only what may change something is journaled. */
    public val method: String,
    /** The path with its query. */
    public val path: String,
    /** The exact body, JSON. Without one are operations that take none, and those that take a password, a PIN or a code. */
    public val body: String?,
    /** The key of the call. */
    public val idempotencyKey: String,
    /**
     * Who made it: the gateway's URL and the id of the key, with a space between. A journal that does not keep it is believed to be of this very
     * account.
     */
    public val caller: String?,
) {
    /** Without the body, which may hold what a log must not. */
    override fun toString(): String = "JournaledCall($operation, $method $path, key $idempotencyKey)"
}

/** A call that was begun and, as far as the journal knows, has not ended. */
public data class JournalEntry(
    /** The intent. It holds no secret and no card number. */
    public val call: JournaledCall,
    /** When it was first begun. */
    public val recorded: Instant,
)

/**
 * Keeps every write from before its first try until its end, so that none is lost track of in a crash. [FileJournal] is one; over a database
 * that several processes share you may make your own.
 *
 * A key may be run more than once: again after an unknown outcome, or by two workers at a time. The call stays open until one of its runs has
 * a proven end, or all have sent nothing. Its methods may block: the client calls them on [kotlinx.coroutines.Dispatchers.IO].
 */
public interface Journal {
    /**
     * Records a run of a call, and tells whether the same call was open already, so that an earlier run may have left this machine. When it
     * returns the entry is on disk. If it throws, nothing is sent: it does if the key is open with another call.
     */
    public fun record(
        call: JournaledCall,
        now: Instant,
    ): Boolean

    /** Strikes a call off whose end is proven. */
    public fun settle(idempotencyKey: String)

    /** Takes back one [record], whose run changed nothing. The call is struck off unless another run of it is open. */
    public fun withdraw(idempotencyKey: String)

    /** Every call that has not ended, oldest first. */
    public fun openCalls(): List<JournalEntry>
}

/**
 * A journal in a text file, for one process at a time: on Android `FileJournal(File(context.filesDir, "calls.journal"))`. After [record] the
 * entry survives a power cut.
 *
 * What was struck off is on disk once the system has written it: after a power cut such a call may be open again, and recovery asks once more
 * what became of it. The file grows by two lines a call and is written anew at opening, and in between when it has grown. After a write that
 * failed the next use opens it again, so that a disk which was full for a while does no lasting harm.
 *
 * Beside the file are `….lock`, by which a second process is refused, and for a moment `….new`.
 *
 * @throws OkpayException.Invalid `journal_failed`, naming the file: it cannot be written, is open elsewhere, or is no journal.
 */
public class FileJournal(
    path: Path,
) : Journal,
    AutoCloseable {
    private val file = core { CoreFileJournal(path.toString()) }

    /** The same, by a [File]. */
    public constructor(file: File) : this(file.toPath())

    override fun record(
        call: JournaledCall,
        now: Instant,
    ): Boolean = core { file.record(call.core(), now.toEpochMilli()) }

    override fun settle(idempotencyKey: String): Unit = core { file.settle(idempotencyKey) }

    override fun withdraw(idempotencyKey: String): Unit = core { file.withdraw(idempotencyKey) }

    override fun openCalls(): List<JournalEntry> = core { file.openCalls() }.map { JournalEntry(it.call.plain(), Instant.ofEpochMilli(it.recorded)) }

    /** Lets go of the file. Nothing can be recorded after. */
    override fun close(): Unit = file.close()
}

/** A call that a crash had left open, and what became of it. */
public sealed interface Recovered {
    /** The call. If it was not executed, making it again is the caller's choice, under a new key. */
    public val entry: JournalEntry

    /** It is known what became of it, or will be: see its state. */
    public data class Resolved(
        override val entry: JournalEntry,
        /** What became of it. */
        public val outcome: CallOutcome,
    ) : Recovered

    /** That could not be learnt, and the call stays open. */
    public data class Unresolved(
        override val entry: JournalEntry,
        /** Why not. */
        public val error: OkpayException,
    ) : Recovered
}
