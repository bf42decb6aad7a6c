// Prints what the proto files of Google's client declare, one line a fact, in the words of DescriptorTests.cs.
// Arguments: the folder whose node_modules holds @google-cloud/security-center.
import { createRequire } from 'node:module';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const modules = join(process.argv[2], 'node_modules');
const protobuf = createRequire(join(modules, 'google-gax', 'package.json'))('protobufjs');
const folders = [join(modules, '@google-cloud/security-center/build/protos'), join(modules, 'google-gax/build/protos')];
const v2 = 'google/cloud/securitycenter/v2';

const root = new protobuf.Root();
root.resolvePath = (_, path) => folders.map(folder => join(folder, path)).find(file => existsSync(file)) ?? path;
root.loadSync([
  ...readdirSync(join(folders[0], v2)).filter(file => file.endsWith('.proto')).map(file => `${v2}/${file}`),
  'google/longrunning/operations.proto',
  'google/iam/v1/iam_policy.proto',
], { keepCase: true });
root.resolveAll();

const full = type => type.fullName.slice(1);
const ours = name => /^google\.(cloud\.securitycenter\.v2|longrunning|iam\.v1)\./.test(name);
const lines = [];

function typeOf(field) {
  return field.resolvedType ? full(field.resolvedType) : field.type;
}

function options(thing, name) {
  return (thing.parsedOptions ?? []).filter(option => name in option).flatMap(option => option[name]);
}

function rules(rule) {
  const verb = ['get', 'put', 'post', 'delete', 'patch'].find(each => rule[each]);
  const bindings = [rule.additional_bindings ?? []].flat();
  return [`${verb} ${rule[verb]} body=${rule.body ?? ''}`, ...bindings.flatMap(rules)];
}

function walk(thing) {
  const name = full(thing);
  if (thing instanceof protobuf.Type && ours(name)) {
    lines.push(`message ${name}`);
    for (const field of thing.fieldsArray) {
      const label = field.map ? `map<${field.keyType}>` : field.repeated ? 'repeated' : field.options?.proto3_optional ? 'optional' : 'single';
      const oneof = field.partOf && !field.options?.proto3_optional ? ` oneof=${field.partOf.name}` : '';
      lines.push(`field ${name}.${field.name} = ${field.id} ${label} ${typeOf(field)}${oneof}`);
      for (const behaviour of options(field, '(google.api.field_behavior)')) lines.push(`behaviour ${name}.${field.name} ${behaviour}`);
    }
  } else if (thing instanceof protobuf.Enum && ours(name)) {
    for (const [value, number] of Object.entries(thing.values)) lines.push(`value ${name}.${value} = ${number}`);
  } else if (thing instanceof protobuf.Service && ours(name)) {
    for (const method of thing.methodsArray) {
      lines.push(`method ${name}.${method.name} ${full(method.resolvedRequestType)} -> ${full(method.resolvedResponseType)}`);
      // The operations of Security Command Center have paths of their own, in its service configuration.
      if (name.startsWith('google.longrunning')) continue;
      for (const rule of options(method, '(google.api.http)').flatMap(rules)) lines.push(`http ${name}.${method.name} ${rule}`);
    }
  }

  for (const nested of thing.nestedArray ?? []) walk(nested);
}

walk(root);
console.log(lines.join('\n'));
