// DuckDB's equivalent of a scan: reads a log, counts the entries of Cloud Run and the images in them, on all cores.
// Usage: NODE_PATH=.../node_modules node bench/duckdb.cjs FILE newline_delimited|array
const { DuckDBInstance } = require('@duckdb/node-api');

const [file, format] = process.argv.slice(2);

// Only what the question needs is read, typed: the fastest way that was found. Images stand in the template of a service or a job's execution, or in a revision itself.
const containers = 'containers STRUCT(image VARCHAR)[]';
const columns = `{protoPayload: 'STRUCT(serviceName VARCHAR, response STRUCT(spec STRUCT(${containers}, template STRUCT(spec STRUCT(${containers})))))'}`;
const question = `
  SELECT count(*), count(image), count(DISTINCT image)
  FROM (
    SELECT coalesce(protoPayload.response.spec.containers[1].image, protoPayload.response.spec.template.spec.containers[1].image) AS image
    FROM read_json('${file.replaceAll("'", "''")}', format = '${format}', columns = ${columns})
    WHERE protoPayload.serviceName = 'run.googleapis.com'
  )`;

(async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const [[entries, images, distinct]] = (await connection.runAndReadAll(question)).getRows();
  console.log(`${entries} entries of Cloud Run, ${images} with an image, ${distinct} images`);
})();
