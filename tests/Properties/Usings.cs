global using FsCheck;
global using FsCheck.Fluent;
global using FsCheck.Xunit;
global using MiniRuntime.Core;
global using MiniRuntime.Testing;
global using Xunit;
global using Record = MiniRuntime.Core.Record;

// The generators are for every law. FsCheck prints the seed of a failure; [Property(Replay = "…")] runs it again.
[assembly: Properties(Arbitrary = [typeof(Arbitraries), typeof(MiniRuntime.Properties.Plain)], MaxTest = 300, QuietOnSuccess = true)]
