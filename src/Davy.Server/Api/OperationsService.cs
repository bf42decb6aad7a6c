using Google.LongRunning;

namespace Davy.Server.Api;

/// <summary><c>google.longrunning.Operations</c>: how bulk work goes on. https://google.aip.dev/151</summary>
sealed class OperationsService : Operations.OperationsBase
{
}
