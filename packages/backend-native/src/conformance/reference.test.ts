process.env['RESNET_ISA'] = 'reference';
await import('../index.js');
const { conformanceSuite } = await import('../__fixtures__/conformance-suite.js');

conformanceSuite('reference');
