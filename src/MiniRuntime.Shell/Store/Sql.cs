using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MiniRuntime.Shell;

/// <summary>
/// A connection, and the statements that were prepared on it. What is not this program's own text goes in as a parameter, <c>$1</c> first.
/// </summary>
internal sealed class Sql(SqliteConnection connection) : IDisposable
{
    private const int FileHasMoved = 20;

    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);
    private string? _log;

    /// <summary>SQLite's own handle, for what the connection has no word for.</summary>
    public sqlite3 Handle => connection.Handle ?? throw new ObjectDisposedException(nameof(SqliteStore));

    /// <summary>
    /// Whether what stands at the file's place, or at its write-ahead log's, is another one than this connection has open, or nothing: it
    /// was moved, deleted or replaced. Who writes on then writes what nobody will find.
    /// </summary>
    public bool HasMoved
    {
        get
        {
            // Nothing was said where an open file cannot be moved in the first place.
            _ = FileControl(Handle, "main", FileHasMoved, out var moved);
            // The log is there for as long as anybody has the file open.
            return moved != 0 || !File.Exists(_log ??= $"{raw.sqlite3_db_filename(Handle, "main").utf8_to_string()}-wal");
        }
    }

    /// <summary>Executes a statement.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Execute(string statement, params ReadOnlySpan<object?> values) => Prepared(statement, values).ExecuteNonQuery();

    /// <summary>The first row of what a query gives; null when it gives none.</summary>
    public T? First<T>(string query, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Prepared(query, values).ExecuteReader();
        return reader.Read() ? read(reader) : default;
    }

    /// <summary>The rows that a query gives, one at a time.</summary>
    public IEnumerable<T> All<T>(string query, Func<SqliteDataReader, T> read, params object?[] values)
    {
        using var reader = Prepared(query, values).ExecuteReader();
        while (reader.Read()) yield return read(reader);
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values) command.Dispose();
        connection.Dispose();
    }

    // What the package leaves out of the library that it brings.
    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", ExactSpelling = true)]
    private static extern int FileControl(sqlite3 connection, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, int what, out int said);

    private SqliteCommand Prepared(string statement, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(statement, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = statement;
            for (var i = 1; i <= values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _prepared.Add(statement, command);
        }
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
