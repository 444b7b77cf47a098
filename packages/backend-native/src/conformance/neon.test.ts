process.env['RESNET_ISA'] = 'neon';
await import('../index.js');
const { conformanceSuite } = await import('../__fixtures__/conformance-suite.js');

conformanceSuite('neon');
